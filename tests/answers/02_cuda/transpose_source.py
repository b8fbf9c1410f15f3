# %% right: padding
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][33];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncthreads();
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = tile[threadIdx.x][threadIdx.y];
}
'''


# %% right: a swizzle instead of padding
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][32];
    const int u = threadIdx.x, v = threadIdx.y;
    int col = blockIdx.x * 32 + u, row = blockIdx.y * 32 + v;
    if (row < rows && col < cols) tile[v][u ^ v] = x[row * cols + col];
    __syncthreads();
    col = blockIdx.y * 32 + u;
    row = blockIdx.x * 32 + v;
    if (row < cols && col < rows) y[row * rows + col] = tile[u][v ^ u];
}
'''


# %% right: a flat tile, written turned
def transpose_source():
    return r'''
#define SIDE 32
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[SIDE * (SIDE + 1)];
    const int x0 = blockIdx.x * SIDE, y0 = blockIdx.y * SIDE;
    if (y0 + threadIdx.y < rows && x0 + threadIdx.x < cols)
        tile[threadIdx.x * (SIDE + 1) + threadIdx.y] = x[(y0 + threadIdx.y) * cols + x0 + threadIdx.x];
    __syncthreads();
    if (x0 + threadIdx.y < cols && y0 + threadIdx.x < rows)
        y[(x0 + threadIdx.y) * rows + y0 + threadIdx.x] = tile[threadIdx.y * (SIDE + 1) + threadIdx.x];
}
'''


# %% right: 35 columns, borders filled with zeros
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][35];
    int tx = threadIdx.x, ty = threadIdx.y, bx = 32 * blockIdx.x, by = 32 * blockIdx.y;
    tile[ty][tx] = by + ty < rows && bx + tx < cols ? x[(by + ty) * cols + bx + tx] : 0.0f;
    __syncthreads();
    if (bx + ty >= cols || by + tx >= rows) return;
    y[(bx + ty) * rows + by + tx] = tile[tx][ty];
}
'''


# %% wrong: without a tile, uncoalesced writes says: a whole row apart
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) y[col * rows + row] = x[row * cols + col];
}
'''


# %% wrong: without a tile, uncoalesced reads says: a whole row apart
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = x[c * cols + r];
}
'''


# %% wrong: a tile, but uncoalesced writes says: a whole row apart
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][33];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncthreads();
    int c = blockIdx.y * 32 + threadIdx.y, r = blockIdx.x * 32 + threadIdx.x;
    if (r < cols && c < rows) y[r * rows + c] = tile[threadIdx.y][threadIdx.x];
}
'''


# %% wrong: a tile, but uncoalesced reads says: a whole row apart
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][33];
    int col = blockIdx.x * 32 + threadIdx.y, row = blockIdx.y * 32 + threadIdx.x;
    if (row < rows && col < cols) tile[threadIdx.x][threadIdx.y] = x[row * cols + col];
    __syncthreads();
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = tile[threadIdx.x][threadIdx.y];
}
'''


# %% wrong: bank conflicts says: One more column of padding
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][32];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncthreads();
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = tile[threadIdx.x][threadIdx.y];
}
'''


# %% wrong: padded by two says: a smaller conflict is left
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][34];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncthreads();
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = tile[threadIdx.x][threadIdx.y];
}
'''


# %% wrong: padded in the wrong dimension says: One more column of padding
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[33][32];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncthreads();
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = tile[threadIdx.x][threadIdx.y];
}
'''


# %% wrong: no barrier says: a race on tile
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][33];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = tile[threadIdx.x][threadIdx.y];
}
'''


# %% wrong: a warp barrier only says: a race on tile
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][33];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncwarp();
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = tile[threadIdx.x][threadIdx.y];
}
'''


# %% wrong: barrier inside a branch says: a barrier that not all threads
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][33];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) {
        tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
        __syncthreads();
    }
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = tile[threadIdx.x][threadIdx.y];
}
'''


# %% wrong: early return before the barrier says: have already ended
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][33];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row >= rows || col >= cols) return;
    tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncthreads();
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = tile[threadIdx.x][threadIdx.y];
}
'''


# %% wrong: no guard for reading says: out of bounds
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][33];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncthreads();
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = tile[threadIdx.x][threadIdx.y];
}
'''


# %% wrong: no guard for writing says: shared memory
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][33];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncthreads();
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    y[r * rows + c] = tile[threadIdx.x][threadIdx.y];
}
'''


# %% wrong: the guard of reading for writing too says: no thread of the block has written
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][33];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncthreads();
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (row < rows && col < cols) y[r * rows + c] = tile[threadIdx.x][threadIdx.y];
}
'''


# %% wrong: block indices not swapped says: hold the garbage
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][33];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncthreads();
    int c = blockIdx.x * 32 + threadIdx.x, r = blockIdx.y * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = tile[threadIdx.x][threadIdx.y];
}
'''


# %% wrong: tile not turned says: no thread of the block has written
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][33];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncthreads();
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = tile[threadIdx.y][threadIdx.x];
}
'''


# %% wrong: copied, not transposed says: this is x itself
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) y[row * cols + col] = x[row * cols + col];
}
'''


# %% wrong: y has rows of cols elements says: out of bounds
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][33];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncthreads();
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * cols + c] = tile[threadIdx.x][threadIdx.y];
}
'''


# %% wrong: the tile has another name says: no shared array with the name
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float patch[32][33];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) patch[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncthreads();
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = patch[threadIdx.x][threadIdx.y];
}
'''


# %% wrong: square matrices only says: out of bounds
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[32][33];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) tile[threadIdx.y][threadIdx.x] = x[row * rows + col];
    __syncthreads();
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = tile[threadIdx.x][threadIdx.y];
}
'''


# %% wrong: a tile of 16 says: of type
def transpose_source():
    return r'''
extern "C" __global__ void transpose(const float* x, float* y, int rows, int cols) {
    __shared__ float tile[16][17];
    int col = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    if (row < rows && col < cols) tile[threadIdx.y][threadIdx.x] = x[row * cols + col];
    __syncthreads();
    int c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    if (r < cols && c < rows) y[r * rows + c] = tile[threadIdx.x][threadIdx.y];
}
'''
