// What a module needs of a widget's model, for a page without a kernel.
const model = (state) => {
  const listeners = {};
  return {
    get: (name) => state[name],
    set: (name, value) => {
      if (JSON.stringify(state[name]) === JSON.stringify(value)) return;
      state[name] = value;
      (listeners[`change:${name}`] ?? []).forEach((action) => action());
    },
    save_changes: () => {},
    on: (event, action) => (listeners[event] ??= []).push(action),
    off: (event, action) => {
      listeners[event] = (listeners[event] ?? []).filter((a) => a !== action);
    },
  };
};
