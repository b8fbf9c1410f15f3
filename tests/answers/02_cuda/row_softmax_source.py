# %% right: one buffer, three passes
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% right: a template, two buffers, exponentials kept in y
def row_softmax_source():
    return r'''
template <typename Combine>
__device__ float reduce(float value, float* s, Combine combine) {
    s[threadIdx.x] = value;
    __syncthreads();
    for (int d = blockDim.x / 2; d; d >>= 1) {
        if (threadIdx.x < d) s[threadIdx.x] = combine(s[threadIdx.x], s[threadIdx.x + d]);
        __syncthreads();
    }
    return s[0];
}

extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float a[256], b[256];
    const float* in = x + blockIdx.x * cols;
    float* out = y + blockIdx.x * cols;
    float m = -1e30f, sum = 0.0f;
    for (int c = threadIdx.x; c < cols; c += blockDim.x) m = max(m, in[c]);
    m = reduce(m, a, [](float u, float v) { return u > v ? u : v; });
    for (int c = threadIdx.x; c < cols; c += blockDim.x) {
        out[c] = expf(in[c] - m);
        sum += out[c];
    }
    sum = reduce(sum, b, [](float u, float v) { return u + v; });
    for (int c = threadIdx.x; c < cols; c += blockDim.x) out[c] = out[c] / sum;
}
'''


# %% right: online maximum and sum in one pass
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float m[256], s[256];
    const int t = threadIdx.x, row = blockIdx.x;
    float best = __int_as_float(0xff800000), sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) {
        float v = x[row * cols + c];
        if (v > best) {
            sum = sum * expf(best - v) + 1.0f;
            best = v;
        } else {
            sum += expf(v - best);
        }
    }
    m[t] = best;
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half && s[t + half] > 0.0f) {
            float top = fmaxf(m[t], m[t + half]);
            s[t] = s[t] * expf(m[t] - top) + s[t + half] * expf(m[t + half] - top);
            m[t] = top;
        }
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[row * cols + c] = expf(x[row * cols + c] - m[0]) / s[0];
}
'''


# %% wrong: no barrier before the buffer is used again says: a race on s
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% wrong: no barrier before the maximum is read says: a race on s
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% wrong: no barrier in the reductions says: a missing barrier
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% wrong: barrier inside a branch says: a barrier that not all threads
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        if (t < half) {
            __syncthreads();
            s[t] = fmaxf(s[t], s[t + half]);
        }
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% wrong: the maximum is not subtracted says: overflow
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c]);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c]) / s[0];
}
'''


# %% wrong: the maximum starts at 0 says: start the maximum below all of them
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% wrong: the maximum starts at -100 says: start the maximum below all of them
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -100.0f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% wrong: INFINITY without a header says: or a number such as 1e30f
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -INFINITY;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% wrong: the division is missing says: the division by the sum is missing
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m);
}
'''


# %% wrong: only the first T columns says: hold the garbage
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols; c += cols) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += cols) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += cols) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% wrong: only the first T columns in the sum says: only the first T columns are in the sum
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    if (t < cols) for (int c = t; c == t; ++c) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% wrong: threads without a column leave early says: have already ended
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    if (t >= cols) return;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% wrong: reads past the end of the row says: out of bounds
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols + blockDim.x; c += blockDim.x) {
        float v = x[c];
        if (c < cols) m = fmaxf(m, v);
    }
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% wrong: every block works on row 0 says: hold the garbage
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% wrong: every block reads row 0 says: every block works on row 0
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% wrong: the row begins at blockIdx.x * rows says: is not right
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * rows;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% wrong: the log of the softmax says: this is the log
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = x[c] - m - logf(s[0]);
}
'''


# %% wrong: one thread does the whole row says: one thread makes
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    if (threadIdx.x > 0) return;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = x[0], sum = 0.0f;
    for (int c = 1; c < cols; ++c) m = fmaxf(m, x[c]);
    for (int c = 0; c < cols; ++c) sum += expf(x[c] - m);
    for (int c = 0; c < cols; ++c) y[c] = expf(x[c] - m) / sum;
}
'''


# %% wrong: every thread reads the whole row says: one thread makes
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f, sum = 0.0f;
    for (int c = 0; c < cols; ++c) m = fmaxf(m, x[c]);
    for (int c = 0; c < cols; ++c) sum += expf(x[c] - m);
    for (int c = threadIdx.x; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / sum;
}
'''


# %% wrong: every thread writes the whole row says: one thread makes
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f, sum = 0.0f;
    for (int c = 0; c < cols; ++c) m = fmaxf(m, x[c]);
    for (int c = 0; c < cols; ++c) sum += expf(x[c] - m);
    for (int c = 0; c < cols; ++c) y[c] = expf(x[c] - m) / sum;
}
'''


# %% wrong: the maximum is subtracted in the sum only says: in one place and not in the other
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c]) / s[0];
}
'''


# %% wrong: down the columns says: is not right
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    // thread by thread a column of its own: works only while rows are few
    const int r = blockIdx.x;
    for (int c = threadIdx.x; c < cols; c += blockDim.x) {
        float m = -1e30f, sum = 0.0f;
        for (int k = 0; k < rows; ++k) m = fmaxf(m, x[k * cols + c]);
        for (int k = 0; k < rows; ++k) sum += expf(x[k * cols + c] - m);
        y[r * cols + c] = expf(x[r * cols + c] - m) / sum;
    }
}
'''


# %% wrong: the buffer is too small says: of type
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[32];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t + half];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''


# %% wrong: sum of the other threads is lost says: is not right
def row_softmax_source():
    return r'''
extern "C" __global__ void row_softmax(const float* x, float* y, int rows, int cols) {
    __shared__ float s[256];
    int t = threadIdx.x;
    x += blockIdx.x * cols;
    y += blockIdx.x * cols;
    float m = -1e30f;
    for (int c = t; c < cols; c += blockDim.x) m = fmaxf(m, x[c]);
    s[t] = m;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] = fmaxf(s[t], s[t + half]);
    }
    __syncthreads();
    m = s[0];
    __syncthreads();
    float sum = 0.0f;
    for (int c = t; c < cols; c += blockDim.x) sum += expf(x[c] - m);
    s[t] = sum;
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) s[t] += s[t];
    }
    __syncthreads();
    for (int c = t; c < cols; c += blockDim.x) y[c] = expf(x[c] - m) / s[0];
}
'''
