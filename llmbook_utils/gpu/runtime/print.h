// printf: the arguments go into a buffer, which Python formats when the launch is over, as a device's
// are. A record is the format's address, the number of arguments, and 16 bytes for each: a letter
// (i signed, u unsigned, f floating, p pointer, s string) and the value; a string's bytes follow.
#pragma once

namespace gpu {

struct Printer {
  unsigned char* to;
  unsigned long long room;
  bool put(const void* data, unsigned long long bytes) {
    if (bytes > room) return false;
    __builtin_memcpy(to, data, bytes);
    to += bytes;
    room -= bytes;
    return true;
  }
  bool put(unsigned long long kind, unsigned long long value) { return put(&kind, 8) && put(&value, 8); }
  bool string(const char* text) {
    unsigned long long length = 0;
    while (text[length]) length++;
    return put('s', length) && put(text, length);
  }
  bool one(double v) { unsigned long long raw; __builtin_memcpy(&raw, &v, 8); return put('f', raw); }
  bool one(float v) { return one((double)v); }
  bool one(__half v) { return one((double)(float)v); }
  bool one(const char* v) { return string(v); }
  bool one(char* v) { return string(v); }
  template <class T> bool one(T* v) { return put('p', (unsigned long long)(uintptr_t)v); }
  template <class T> bool one(T v) { return put((T)-1 < (T)1 ? 'i' : 'u', (unsigned long long)v); }
  bool one(bool v) { return put('u', v); }
};

static __attribute__((noinline)) unsigned long long text_length(const char* text) {
  unsigned long long n = 0;
  while (text[n]) n++;
  return n;
}
}  // namespace gpu

template <class... T> static __attribute__((noinline)) int printf(const char* format, T... values) {
  using namespace gpu;
  Printer p{launch->print_buffer + launch->print_length, launch->print_capacity - launch->print_length};
  const unsigned long long length = text_length(format);
  bool fits = p.put(sizeof...(T), length) && p.put(format, length);
  ((fits = fits && p.one(values)), ...);
  if (fits) launch->print_length = (unsigned long long)(p.to - launch->print_buffer);
  else launch->print_dropped++;
  return (int)sizeof...(T);
}
