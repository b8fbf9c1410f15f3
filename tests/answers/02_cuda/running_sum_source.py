# %% right: two barriers and an atomic
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        float before = t >= d ? s[t - d] : 0.0f;
        __syncthreads();
        s[t] += before;
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    if (t == blockDim.x - 1) atomicAdd(&total[0], s[t]);
}
'''


# %% right: two buffers in turn
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[2][256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t, now = 0;
    s[0][t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        s[1 - now][t] = s[now][t] + (t >= d ? s[now][t - d] : 0.0f);
        now = 1 - now;
        __syncthreads();
    }
    if (i < n) {
        y[i] = s[now][t];
        if (t == blockDim.x - 1 || i == n - 1) atomicAdd(total, s[now][t]);
    }
}
'''


# %% right: the read in a branch, barriers outside
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        float before = 0.0f;
        if (t >= d) before = s[t - d];
        __syncthreads();
        if (t >= d) s[t] = s[t] + before;
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    if (t == blockDim.x - 1) atomicAdd(&total[0], s[t]);
}
'''


# %% wrong: nothing was mended says: a race on s
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        if (t >= d) s[t] += s[t - d];
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    if (t == blockDim.x - 1) total[0] += s[t];
}
'''


# %% wrong: only the atomic says: a race on s
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        if (t >= d) s[t] += s[t - d];
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    if (t == blockDim.x - 1) atomicAdd(total, s[t]);
}
'''


# %% wrong: only the race in the block says: a race on total
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        float before = t >= d ? s[t - d] : 0.0f;
        __syncthreads();
        s[t] += before;
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    if (t == blockDim.x - 1) total[0] += s[t];
}
'''


# %% wrong: a temporary without a barrier says: a race on s
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        float before = t >= d ? s[t - d] : 0.0f;
        s[t] += before;
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    if (t == blockDim.x - 1) atomicAdd(&total[0], s[t]);
}
'''


# %% wrong: no barrier at the end of the round says: a race on s
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        float before = t >= d ? s[t - d] : 0.0f;
        __syncthreads();
        s[t] += before;
    }
    if (i < n) y[i] = s[t];
    if (t == blockDim.x - 1) atomicAdd(&total[0], s[t]);
}
'''


# %% wrong: barrier inside a branch says: a barrier that not all threads
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        if (t >= d) {
            float before = s[t - d];
            __syncthreads();
            s[t] += before;
        }
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    if (t == blockDim.x - 1) atomicAdd(total, s[t]);
}
'''


# %% wrong: barriers within a warp only says: a race on s
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        float before = t >= d ? s[t - d] : 0.0f;
        __syncwarp();
        s[t] += before;
        __syncwarp();
    }
    if (i < n) y[i] = s[t];
    if (t == blockDim.x - 1) atomicAdd(&total[0], s[t]);
}
'''


# %% wrong: an atomic in the scan says: a race on s
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        if (t >= d) atomicAdd(&s[t], s[t - d]);
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    if (t == blockDim.x - 1) atomicAdd(total, s[t]);
}
'''


# %% wrong: every thread adds to the total says: every thread added its running sum
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        float before = t >= d ? s[t - d] : 0.0f;
        __syncthreads();
        s[t] += before;
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    if (i < n) atomicAdd(&total[0], s[t]);
}
'''


# %% wrong: the total of full blocks only says: the last block is missing
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        float before = t >= d ? s[t - d] : 0.0f;
        __syncthreads();
        s[t] += before;
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    if (t == blockDim.x - 1 && i < n) atomicAdd(&total[0], s[t]);
}
'''


# %% wrong: the total of the first block says: the sum of one block only
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        float before = t >= d ? s[t - d] : 0.0f;
        __syncthreads();
        s[t] += before;
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    if (t == blockDim.x - 1 && blockIdx.x == 0) atomicAdd(&total[0], s[t]);
}
'''


# %% wrong: thread 0 adds to the total says: is not right
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        float before = t >= d ? s[t - d] : 0.0f;
        __syncthreads();
        s[t] += before;
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    if (t == 0) atomicAdd(&total[0], s[t]);
}
'''


# %% wrong: the total is set, not added says: a race on total
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        float before = t >= d ? s[t - d] : 0.0f;
        __syncthreads();
        s[t] += before;
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    if (t == blockDim.x - 1) total[0] = s[t];
}
'''


# %% wrong: a barrier before the total says: a race on total
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        float before = t >= d ? s[t - d] : 0.0f;
        __syncthreads();
        s[t] += before;
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    __syncthreads();
    if (t == blockDim.x - 1) total[0] += s[t];
}
'''


# %% wrong: the element itself is left out says: leaves out the element itself
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        float before = t >= d ? s[t - d] : 0.0f;
        __syncthreads();
        s[t] += before;
        __syncthreads();
    }
    if (i < n) y[i] = s[t] - x[i];
    if (t == blockDim.x - 1) atomicAdd(&total[0], s[t]);
}
'''


# %% wrong: one round only says: the rounds d = 2
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < 2; d *= 2) {
        float before = t >= d ? s[t - d] : 0.0f;
        __syncthreads();
        s[t] += before;
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    if (t == blockDim.x - 1) atomicAdd(&total[0], s[t]);
}
'''


# %% wrong: threads outside leave early says: have already ended
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    if (i >= n) return;
    s[t] = x[i];
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        float before = t >= d ? s[t - d] : 0.0f;
        __syncthreads();
        s[t] += before;
        __syncthreads();
    }
    if (i < n) y[i] = s[t];
    if (t == blockDim.x - 1) atomicAdd(&total[0], s[t]);
}
'''


# %% wrong: thread 0 does everything, total not atomic says: a race on total
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    int first = blockIdx.x * blockDim.x;
    if (threadIdx.x) return;
    float sum = 0.0f;
    for (int i = first; i < n && i < first + blockDim.x; ++i) {
        sum += x[i];
        y[i] = sum;
    }
    total[0] += sum;
}
'''


# %% wrong: guard lost says: out of bounds
def running_sum_source():
    return r'''
extern "C" __global__ void running_sum(const float* x, float* y, float* total, int n) {
    __shared__ float s[256];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    s[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int d = 1; d < blockDim.x; d *= 2) {
        float before = t >= d ? s[t - d] : 0.0f;
        __syncthreads();
        s[t] += before;
        __syncthreads();
    }
    y[i] = s[t];
    if (t == blockDim.x - 1) atomicAdd(&total[0], s[t]);
}
'''
