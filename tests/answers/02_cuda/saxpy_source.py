# %% right: an if around the work
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] += a * x[i];
}
'''


# %% right: early return and fmaf
def saxpy_source():
    return r'''
#define I (blockIdx.x * blockDim.x + threadIdx.x)
extern "C" __global__ void saxpy(float a, const float* __restrict__ x, float* __restrict__ y, int n) {
    if (I >= n) return;
    y[I] = fmaf(a, x[I], y[I]);
}
'''


# %% right: a grid-stride loop
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
        float product = a * x[i];
        y[i] = y[i] + product;
    }
}
'''


# %% right: a size_t index and a device function
def saxpy_source():
    return r'''
__device__ float line(float a, float u, float v) { return a * u + v; }
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    const size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (i < (size_t)n) { y[i] = line(a, x[i], y[i]); }
}
'''


# %% wrong: no guard says: out of bounds
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    y[i] = a * x[i] + y[i];
}
'''


# %% wrong: reads before the guard, harmlessly says: reads x[100], out of bounds
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    float u = x[i];
    if (i < n) y[i] = a * u + y[i];
}
'''


# %% wrong: reads y before the guard says: reads y[100], out of bounds
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    float old = y[i];
    if (i < n) y[i] = a * x[i] + old;
}
'''


# %% wrong: reads the next element too says: out of bounds
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) {
        float next = x[i + 1];
        y[i] += next > 1e30f ? 0.0f : a * x[i];
    }
}
'''


# %% wrong: guard with <= says: out of bounds
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i <= n) y[i] = a * x[i] + y[i];
}
'''


# %% wrong: guard against the number of threads says: out of bounds
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < gridDim.x * blockDim.x) y[i] = a * x[i] + y[i];
}
'''


# %% wrong: guard one too strict says: is not right
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n - 1) y[i] = a * x[i] + y[i];
}
'''


# %% wrong: the block is forgotten says: a race on y
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = threadIdx.x;
    if (i < n) y[i] = a * x[i] + y[i];
}
'''


# %% wrong: only the block says: a race on y
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x;
    if (i < n) y[i] = a * x[i] + y[i];
}
'''


# %% wrong: every thread does everything says: a race on y
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    for (int i = 0; i < n; ++i) y[i] = a * x[i] + y[i];
}
'''


# %% wrong: the old y is lost says: the old y is to be added
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = a * x[i];
}
'''


# %% wrong: a belongs to y says: the factor belongs to x
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = x[i] + a * y[i];
}
'''


# %% wrong: a times both says: the factor belongs to x alone
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = a * (x[i] + y[i]);
}
'''


# %% wrong: a is missing says: the factor a is missing
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = x[i] + y[i];
}
'''


# %% wrong: writes to x says: does not compile
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) x[i] = a * x[i] + y[i];
}
'''


# %% wrong: a as an int says: is not right
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x, factor = a;
    if (i < n) y[i] = factor * x[i] + y[i];
}
'''


# %% wrong: arguments in another order says: saxpy
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(int n, float a, const float* x, float* y) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = a * x[i] + y[i];
}
'''


# %% wrong: another name says: expected a kernel named
def saxpy_source():
    return r'''
extern "C" __global__ void axpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = a * x[i] + y[i];
}
'''


# %% wrong: the example, hard-coded says: is not right
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = 12.0f + 2 * i;
}
'''


# %% wrong: threads without an element wait for ever says: gone through loops
def saxpy_source():
    return r'''
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    while (i >= n) {
    }
    y[i] = a * x[i] + y[i];
}
'''


# %% wrong: returns the function, not a string says: expected a text
def saxpy_source():
    def saxpy(a, x, y):
        return a * x + y
    return saxpy
