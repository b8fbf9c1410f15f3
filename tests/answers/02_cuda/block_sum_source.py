# %% right: halves
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''


# %% right: neighbours first
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    if (i < n) s[t] = x[i];
    else s[t] = 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        if (t % (2 * d) == 0) s[t] = s[t] + s[t + d];
        __syncthreads();
    }
    if (!t) sums[blockIdx.x] = s[t];
}
'''


# %% right: warp shuffles
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float of_warp[8];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    float sum = i < n ? x[i] : 0.0f;
    unsigned lanes = blockDim.x >= 32 ? 0xffffffffu : (1u << blockDim.x) - 1u;
    int width = blockDim.x < 32 ? blockDim.x : 32;
    for (int d = width / 2; d > 0; d /= 2) sum += __shfl_down_sync(lanes, sum, d, width);
    if (t % 32 == 0) of_warp[t / 32] = sum;
    __syncthreads();
    if (t == 0) {
        for (int w = 1; w < (blockDim.x + 31) / 32; ++w) sum += of_warp[w];
        sums[blockIdx.x] = sum;
    }
}
'''


# %% right: two buffers
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[2][256];
    const unsigned t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    int from = 0;
    s[0][t] = i < n ? x[i] : 0.0f;
    for (unsigned width = blockDim.x; width > 1; width >>= 1) {
        __syncthreads();
        if (t < width / 2) s[1 - from][t] = s[from][2 * t] + s[from][2 * t + 1];
        from = 1 - from;
    }
    if (t == 0) sums[blockIdx.x] = s[from][0];
}
'''


# %% wrong: no barrier says: a missing barrier
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''


# %% wrong: one barrier, before the loop says: a race on s
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''


# %% wrong: barrier inside a branch says: a barrier that not all threads
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        if (t < half) {
            __syncthreads();
            s[t] += s[t + half];
        }
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''


# %% wrong: idle threads leave early says: have already ended
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t >= half) return;
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''


# %% wrong: threads without an element leave early says: have already ended
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    if (i >= n) return;
    s[t] = x[i];
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''


# %% wrong: no guard says: out of bounds
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = x[i];
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''


# %% wrong: reads past the end and multiplies by zero says: out of bounds
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = x[i] * (i < n);
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''


# %% wrong: nothing where there is no element says: no thread of the block has written
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    if (i < n) s[t] = x[i];
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''


# %% wrong: thread 0 adds up everything says: leaves the others idle
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    if (t == 0) {
        float sum = 0.0f;
        for (int k = 0; k < blockDim.x; ++k) sum += s[k];
        sums[blockIdx.x] = sum;
    }
}
'''


# %% wrong: atomics in shared memory says: they take turns
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s;
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (threadIdx.x == 0) s = 0.0f;
    __syncthreads();
    if (i < n) atomicAdd(&s, x[i]);
    __syncthreads();
    if (threadIdx.x == 0) sums[blockIdx.x] = s;
}
'''


# %% wrong: atomics on garbage says: hold the garbage
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) atomicAdd(&sums[blockIdx.x], x[i]);
}
'''


# %% wrong: every thread adds to sums says: a race on sums
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (threadIdx.x == 0) sums[blockIdx.x] = 0.0f;
    __syncthreads();
    if (i < n) sums[blockIdx.x] += x[i];
}
'''


# %% wrong: ends one round early says: one round too early
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    for (int half = blockDim.x / 2; half > 1; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''


# %% wrong: begins one round late says: a round is missing
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    for (int half = blockDim.x / 4; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''


# %% wrong: begins one round early says: no thread of the block has written
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    for (int half = blockDim.x; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''


# %% wrong: the block is forgotten says: every block adds up the first elements
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = t;
    s[t] = i < n ? x[i] : 0.0f;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''


# %% wrong: one sum for everything says: a race on sums
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[0] = blockIdx.x == 0 ? s[0] : sums[0];
}
'''


# %% wrong: all threads of the block write says: a race
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    sums[blockIdx.x] = s[0];
}
'''


# %% wrong: fixed block of 256 says: is not right
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n && t < 4 ? x[i] : 0.0f;
    for (int k = t + blockDim.x; k < 256; k += blockDim.x) s[k] = 0.0f;
    for (int half = 128; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''


# %% wrong: the last warp goes without barriers says: a race on s
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        if (half >= 32 || half == blockDim.x / 2) __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''


# %% wrong: the first warp only says: is not right
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    int width = blockDim.x < 32 ? blockDim.x : 32;
    unsigned lanes = width == 32 ? 0xffffffffu : (1u << width) - 1u;
    float sum = i < n ? x[i] : 0.0f;
    for (int d = width / 2; d > 0; d /= 2) sum += __shfl_down_sync(lanes, sum, d, width);
    if (t == 0) sums[blockIdx.x] = sum;
}
'''


# %% wrong: shuffles that count on 32 lanes says: a shuffle asked lanes that are not there
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float of_warp[32];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    float v = i < n ? x[i] : 0.0f;
    for (int d = 16; d > 0; d /= 2) v += __shfl_down_sync(0xffffffff, v, d);
    if (t % 32 == 0) of_warp[t / 32] = v;
    __syncthreads();
    if (t < 32) {
        v = t < (blockDim.x + 31) / 32 ? of_warp[t] : 0.0f;
        for (int d = 16; d > 0; d /= 2) v += __shfl_down_sync(0xffffffff, v, d);
        if (t == 0) sums[blockIdx.x] = v;
    }
}
'''


# %% wrong: the mean says: do not divide
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    if (t == 0) sums[blockIdx.x] = s[0] / blockDim.x;
}
'''


# %% wrong: the largest element says: this is the largest element
def block_sum_source():
    return r'''
extern "C" __global__ void block_sum(const float* x, float* sums, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}
'''
