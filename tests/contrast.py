"""The contrast ratio of WCAG 2, from 1 to 21: of two colours, and of what a browser paints."""

import matplotlib as mpl
import numpy as np

# Runs ``body`` in the page, with `paint` (the colour that layers give on top of each other, each a
# CSS colour or a pair of one and its opacity) and `contrast` (of two results of `paint`).
PAINTED = """() => {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const paint = (...layers) => {
    for (const [colour, opacity] of layers.map((layer) => [layer, 1].flat())) {
      context.globalAlpha = opacity;
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => rgb.map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const style = (element) => getComputedStyle(element);
  BODY
}"""


def painted(body: str) -> str:
    """A script for the page that returns what ``body`` measures."""
    return PAINTED.replace("BODY", body)


def luminance(color: str) -> float:
    c = np.array(mpl.colors.to_rgb(color))
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
