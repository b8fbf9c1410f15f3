# %% right: one if in each kernel
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% right: early return, pointers and a device function
def global_index_source():
    return r'''
__device__ int global(int block, int size, int thread) { return block * size + thread; }

extern "C" __global__ void index_1d(int* out, int n) {
    const unsigned i = global(blockIdx.x, blockDim.x, threadIdx.x);
    if (i >= n) return;
    *(out + i) = blockIdx.x * 1000 + threadIdx.x;
}

extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    const int c = global(blockIdx.x, blockDim.x, threadIdx.x);
    const int r = global(blockIdx.y, blockDim.y, threadIdx.y);
    if (r >= rows) return;
    if (c >= cols) return;
    int* here = out + r * cols;
    here[c] = threadIdx.y * 1000 + threadIdx.x;
}
'''


# %% right: grid-stride loops, made with a format string
def global_index_source():
    loop = "for (int {0} = blockIdx.{1} * blockDim.{1} + threadIdx.{1}; {0} < {2}; {0} += gridDim.{1} * blockDim.{1})"
    one = loop.format("i", "x", "n") + "\n        out[i] = 1000 * blockIdx.x + threadIdx.x;"
    two = (loop.format("r", "y", "rows") + "\n      " + loop.format("c", "x", "cols")
           + "\n        out[r * cols + c] = 1000 * threadIdx.y + threadIdx.x;")
    return ('extern "C" __global__ void index_1d(int* out, int n) {\n' + one + "\n}\n"
            'extern "C" __global__ void index_2d(int* out, int rows, int cols) {\n' + two + "\n}\n")


# %% wrong: no guard in one dimension says: out of bounds
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: no guard in two dimensions says: out of bounds
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: guard with <= says: out[10], out of bounds
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i <= n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: guard for the columns only says: out of bounds
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (col < cols) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: guard for the rows only says: a race on out
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: guard on the total only says: a race on out
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row * cols + col < rows * cols) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: the block is forgotten says: a race on out
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = threadIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: gridDim instead of blockDim says: a race on out
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * gridDim.x + threadIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: block plus thread says: a race on out
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x + threadIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: threads first, then blocks says: each block takes neighbours
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = threadIdx.x * gridDim.x + blockIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: rows and columns swapped says: the garbage they started with
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int row = blockIdx.x * blockDim.x + threadIdx.x;
    int col = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: column by column says: stored row by row
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[col * rows + row] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: signed with the index says: this is the index of the element
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = i;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: signature turned round in two dimensions says: the signature is
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[row * cols + col] = 1000 * threadIdx.x + threadIdx.y;
}
'''


# %% wrong: a fixed block size of 256 says: the garbage they started with
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * 256 + threadIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: row * rows + col says: a race on out
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[row * rows + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: one kernel is missing says: expected a kernel named
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
'''


# %% wrong: no extern C says: without extern "C"
def global_index_source():
    return r'''
__global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
__global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: a semicolon is missing says: does not compile
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x
    if (i < n) out[i] = 1000 * blockIdx.x + threadIdx.x;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''


# %% wrong: nothing is returned says: did you forget `return`
def global_index_source():
    source = "…"


# %% wrong: hard-coded for 10 elements says: is not right
def global_index_source():
    return r'''
extern "C" __global__ void index_1d(int* out, int n) {
    int sign[10] = {0, 1, 2, 3, 1000, 1001, 1002, 1003, 2000, 2001};
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n && i < 10) out[i] = sign[i];
    else if (i < n) out[i] = 0;
}
extern "C" __global__ void index_2d(int* out, int rows, int cols) {
    int col = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && col < cols) out[row * cols + col] = 1000 * threadIdx.y + threadIdx.x;
}
'''
