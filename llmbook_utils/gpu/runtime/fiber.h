// Fibers: how one CUDA thread can stop in the middle of a kernel while another one goes on.
//
// A fiber is a stack of its own. What a processor needs to go on with a function call is on its
// stack and in its registers, and by the calling convention a function may count on only some
// registers (the "callee-saved" ones) to survive a call. So a switch is an ordinary call of
// gpu_switch(&mine, theirs), which
//   1. pushes the callee-saved registers on the current stack,
//   2. stores the stack pointer in `mine` and loads `theirs` into it,
//   3. pops the registers that the other fiber pushed when it stopped, and returns,
// and this return goes to where the *other* fiber had called gpu_switch. A new fiber's stack is
// made to look as if it had stopped just before the first line of fiber_main.
#pragma once

#ifdef __APPLE__
#define GPU_FUNCTION(name) ".globl _" name "\n.p2align 4\n_" name ":\n"
#else
#define GPU_FUNCTION(name) ".globl " name "\n.p2align 4\n" name ":\n"
#endif
#ifdef __ELF__
#define GPU_HIDDEN ".hidden gpu_switch\n"
#else
#define GPU_HIDDEN ""
#endif

extern "C" void gpu_switch(void** mine, void* theirs);

#if defined(__x86_64__) && !defined(_WIN32)
// System V (Linux, macOS): rbx, rbp, r12–r15 are callee-saved; arguments come in rdi and rsi.
__asm__(".text\n" GPU_HIDDEN GPU_FUNCTION("gpu_switch")
    "pushq %rbp\n pushq %rbx\n pushq %r12\n pushq %r13\n pushq %r14\n pushq %r15\n"
    "movq %rsp, (%rdi)\n"
    "movq %rsi, %rsp\n"
    "popq %r15\n popq %r14\n popq %r13\n popq %r12\n popq %rbx\n popq %rbp\n"
    "retq\n");
#elif defined(__x86_64__)
// Windows: rdi, rsi and xmm6–xmm15 are callee-saved as well, arguments come in rcx and rdx, and the
// system keeps the bounds of the current stack in the thread's information block (gs:8 and gs:16).
__asm__(".text\n" GPU_FUNCTION("gpu_switch")
    "pushq %rbp\n pushq %rbx\n pushq %rdi\n pushq %rsi\n"
    "pushq %r12\n pushq %r13\n pushq %r14\n pushq %r15\n"
    "pushq %gs:8\n pushq %gs:16\n"
    "subq $160, %rsp\n"
    "movups %xmm6, 0(%rsp)\n movups %xmm7, 16(%rsp)\n movups %xmm8, 32(%rsp)\n"
    "movups %xmm9, 48(%rsp)\n movups %xmm10, 64(%rsp)\n movups %xmm11, 80(%rsp)\n"
    "movups %xmm12, 96(%rsp)\n movups %xmm13, 112(%rsp)\n movups %xmm14, 128(%rsp)\n"
    "movups %xmm15, 144(%rsp)\n"
    "movq %rsp, (%rcx)\n"
    "movq %rdx, %rsp\n"
    "movups 0(%rsp), %xmm6\n movups 16(%rsp), %xmm7\n movups 32(%rsp), %xmm8\n"
    "movups 48(%rsp), %xmm9\n movups 64(%rsp), %xmm10\n movups 80(%rsp), %xmm11\n"
    "movups 96(%rsp), %xmm12\n movups 112(%rsp), %xmm13\n movups 128(%rsp), %xmm14\n"
    "movups 144(%rsp), %xmm15\n"
    "addq $160, %rsp\n"
    "popq %gs:16\n popq %gs:8\n"
    "popq %r15\n popq %r14\n popq %r13\n popq %r12\n"
    "popq %rsi\n popq %rdi\n popq %rbx\n popq %rbp\n"
    "retq\n");
#elif defined(__aarch64__)
// arm64: x19–x28, the frame pointer x29 and the lower halves of v8–v15 are callee-saved; the return
// address is in x30, so `ret` goes wherever the restored x30 points.
__asm__(".text\n" GPU_HIDDEN GPU_FUNCTION("gpu_switch")
    "sub sp, sp, #160\n"
    "stp x19, x20, [sp, #0]\n stp x21, x22, [sp, #16]\n stp x23, x24, [sp, #32]\n"
    "stp x25, x26, [sp, #48]\n stp x27, x28, [sp, #64]\n stp x29, x30, [sp, #80]\n"
    "stp d8, d9, [sp, #96]\n stp d10, d11, [sp, #112]\n"
    "stp d12, d13, [sp, #128]\n stp d14, d15, [sp, #144]\n"
    "mov x9, sp\n str x9, [x0]\n"
    "mov sp, x1\n"
    "ldp x19, x20, [sp, #0]\n ldp x21, x22, [sp, #16]\n ldp x23, x24, [sp, #32]\n"
    "ldp x25, x26, [sp, #48]\n ldp x27, x28, [sp, #64]\n ldp x29, x30, [sp, #80]\n"
    "ldp d8, d9, [sp, #96]\n ldp d10, d11, [sp, #112]\n"
    "ldp d12, d13, [sp, #128]\n ldp d14, d15, [sp, #144]\n"
    "add sp, sp, #160\n"
    "ret\n");
#else
#error "kernels run on x64 and arm64 processors"
#endif

namespace gpu {

// A stack that gpu_switch can resume, and that then enters `start`.
static inline void* new_fiber(unsigned char* low, size_t bytes, void (*start)()) {
  void** top = (void**)(((uintptr_t)low + bytes) & ~(uintptr_t)15);
#if defined(__x86_64__)
#ifdef _WIN32
  top -= 4;  // the 32 bytes that a Windows caller leaves for the callee
#endif
  *--top = nullptr;  // start's return address; it never returns
  *--top = (void*)start;
#ifdef _WIN32
  for (int i = 0; i < 8; i++) *--top = nullptr;
  *--top = low + bytes;  // gs:8, the stack's base
  *--top = low;          // gs:16, its limit
  for (int i = 0; i < 20; i++) *--top = nullptr;
#else
  for (int i = 0; i < 6; i++) *--top = nullptr;
#endif
#else
  for (int i = 0; i < 20; i++) *--top = nullptr;
  top[11] = (void*)start;  // x30
#endif
  return top;
}
}  // namespace gpu
