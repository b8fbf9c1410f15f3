// The three functions that a compiler may call on its own account; there is no C library here.
#pragma once
#define GPU_OWN extern "C" __attribute__((weak, used, visibility("hidden"), no_builtin, noinline))
GPU_OWN void* memcpy(void* to, const void* from, size_t bytes) {
  unsigned char* t = (unsigned char*)to;
  const unsigned char* f = (const unsigned char*)from;
  while (bytes--) *t++ = *f++;
  return to;
}
GPU_OWN void* memset(void* to, int value, size_t bytes) {
  unsigned char* t = (unsigned char*)to;
  while (bytes--) *t++ = (unsigned char)value;
  return to;
}
GPU_OWN void* memmove(void* to, const void* from, size_t bytes) {
  unsigned char* t = (unsigned char*)to;
  const unsigned char* f = (const unsigned char*)from;
  if (t < f) return memcpy(to, from, bytes);
  while (bytes--) t[bytes] = f[bytes];
  return to;
}
