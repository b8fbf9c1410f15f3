"""The matrix product as a ladder: seven kernels, each faster on a GPU than the one before.

All compute C = A·B in float32, row-major, A (M, K), B (K, N), C (M, N), and take the arguments
(A, B, C, M, N, K). The steps are those of Simon Boehm, "How to Optimize a CUDA Matmul Kernel"
(2022); the last one follows the layout of CUTLASS's SIMT kernels: block tiles of 128 × 128, warp
tiles of 64 × 32, thread tiles of 8 × 8 in four quarters, two buffers in shared memory.
"""

from dataclasses import dataclass

NAIVE = r"""// neighbouring threads (threadIdx.x) take neighbouring rows
extern "C" __global__ void matmul_naive(const float* A, const float* B, float* C,
                                       int M, int N, int K) {
  int row = blockIdx.x * blockDim.x + threadIdx.x;
  int col = blockIdx.y * blockDim.y + threadIdx.y;
  if (row < M && col < N) {
    float sum = 0.0f;
    for (int k = 0; k < K; ++k) sum += A[row * K + k] * B[k * N + col];
    C[row * N + col] = sum;
  }
}
"""

COALESCED = r"""// neighbouring threads take neighbouring columns: a warp reads a row of B at once
extern "C" __global__ void matmul_coalesced(const float* A, const float* B, float* C,
                                           int M, int N, int K) {
  int col = blockIdx.x * blockDim.x + threadIdx.x;
  int row = blockIdx.y * blockDim.y + threadIdx.y;
  if (row < M && col < N) {
    float sum = 0.0f;
    for (int k = 0; k < K; ++k) sum += A[row * K + k] * B[k * N + col];
    C[row * N + col] = sum;
  }
}
"""

TILED = r"""#ifndef TILE
#define TILE 32
#endif
extern "C" __global__ void matmul_tiled(const float* A, const float* B, float* C,
                                       int M, int N, int K) {
  __shared__ float As[TILE][TILE];
  __shared__ float Bs[TILE][TILE];
  int col = blockIdx.x * TILE + threadIdx.x;
  int row = blockIdx.y * TILE + threadIdx.y;
  float sum = 0.0f;
  for (int k0 = 0; k0 < K; k0 += TILE) {
    int ka = k0 + threadIdx.x, kb = k0 + threadIdx.y;
    As[threadIdx.y][threadIdx.x] = row < M && ka < K ? A[row * K + ka] : 0.0f;
    Bs[threadIdx.y][threadIdx.x] = kb < K && col < N ? B[kb * N + col] : 0.0f;
    __syncthreads();
    for (int k = 0; k < TILE; ++k) sum += As[threadIdx.y][k] * Bs[k][threadIdx.x];
    __syncthreads();
  }
  if (row < M && col < N) C[row * N + col] = sum;
}
"""

REGISTERS_1D = r"""
// Each thread computes TM = 8 elements of one column of a 64 x 64 tile: 512 threads.
extern "C" __global__ void __launch_bounds__(512)
matmul_registers_1d(const float* A, const float* B, float* C, int M, int N, int K) {
  const int BM = 64, BN = 64, BK = 8, TM = 8;
  __shared__ float As[BM][BK];
  __shared__ float Bs[BK][BN];
  const int col = threadIdx.x % BN, row = threadIdx.x / BN * TM;
  A += blockIdx.y * BM * K;
  B += blockIdx.x * BN;
  C += blockIdx.y * BM * N + blockIdx.x * BN;
  float sums[TM] = {0.0f};
  for (int k0 = 0; k0 < K; k0 += BK) {
    As[threadIdx.x / BK][threadIdx.x % BK] = A[threadIdx.x / BK * K + k0 + threadIdx.x % BK];
    Bs[threadIdx.x / BN][threadIdx.x % BN] = B[(k0 + threadIdx.x / BN) * N + threadIdx.x % BN];
    __syncthreads();
    for (int k = 0; k < BK; ++k) {
      float b = Bs[k][col];
      #pragma unroll
      for (int i = 0; i < TM; ++i) sums[i] += As[row + i][k] * b;
    }
    __syncthreads();
  }
  #pragma unroll
  for (int i = 0; i < TM; ++i) C[(row + i) * N + col] = sums[i];
}
"""

REGISTERS_2D = r"""
// Each thread computes 8 x 8 elements of a 128 x 128 tile: 256 threads.
extern "C" __global__ void __launch_bounds__(256)
matmul_registers_2d(const float* A, const float* B, float* C, int M, int N, int K) {
  const int BM = 128, BN = 128, BK = 8, TM = 8, TN = 8;
  __shared__ float As[BM][BK];
  __shared__ float Bs[BK][BN];
  const int row = threadIdx.x / (BN / TN) * TM, col = threadIdx.x % (BN / TN) * TN;
  A += blockIdx.y * BM * K;
  B += blockIdx.x * BN;
  C += blockIdx.y * BM * N + blockIdx.x * BN;
  float sums[TM][TN] = {{0.0f}};
  for (int k0 = 0; k0 < K; k0 += BK) {
    for (int i = threadIdx.x; i < BM * BK; i += 256)
      As[i / BK][i % BK] = A[i / BK * K + k0 + i % BK];
    for (int i = threadIdx.x; i < BK * BN; i += 256)
      Bs[i / BN][i % BN] = B[(k0 + i / BN) * N + i % BN];
    __syncthreads();
    for (int k = 0; k < BK; ++k) {
      float a[TM], b[TN];
      #pragma unroll
      for (int i = 0; i < TM; ++i) a[i] = As[row + i][k];
      #pragma unroll
      for (int j = 0; j < TN; ++j) b[j] = Bs[k][col + j];
      #pragma unroll
      for (int i = 0; i < TM; ++i)
        #pragma unroll
        for (int j = 0; j < TN; ++j) sums[i][j] += a[i] * b[j];
    }
    __syncthreads();
  }
  #pragma unroll
  for (int i = 0; i < TM; ++i)
    #pragma unroll
    for (int j = 0; j < TN; ++j) C[(row + i) * N + col + j] = sums[i][j];
}
"""

VECTORISED = r"""
// As before, but memory is read and written four floats at a time, and A's tile lies transposed.
extern "C" __global__ void __launch_bounds__(256)
matmul_vectorised(const float* A, const float* B, float* C, int M, int N, int K) {
  const int BM = 128, BN = 128, BK = 8, TM = 8, TN = 8;
  __shared__ float As[BK][BM];
  __shared__ __align__(16) float Bs[BK][BN];
  const int row = threadIdx.x / (BN / TN) * TM, col = threadIdx.x % (BN / TN) * TN;
  const int row_a = threadIdx.x / 2, col_a = threadIdx.x % 2 * 4;
  const int row_b = threadIdx.x / 32, col_b = threadIdx.x % 32 * 4;
  A += blockIdx.y * BM * K;
  B += blockIdx.x * BN;
  C += blockIdx.y * BM * N + blockIdx.x * BN;
  float sums[TM][TN] = {{0.0f}};
  for (int k0 = 0; k0 < K; k0 += BK) {
    float4 v = *reinterpret_cast<const float4*>(&A[row_a * K + k0 + col_a]);
    As[col_a + 0][row_a] = v.x;
    As[col_a + 1][row_a] = v.y;
    As[col_a + 2][row_a] = v.z;
    As[col_a + 3][row_a] = v.w;
    *reinterpret_cast<float4*>(&Bs[row_b][col_b]) =
        *reinterpret_cast<const float4*>(&B[(k0 + row_b) * N + col_b]);
    __syncthreads();
    #pragma unroll
    for (int k = 0; k < BK; ++k) {
      float a[TM], b[TN];
      #pragma unroll
      for (int i = 0; i < TM; ++i) a[i] = As[k][row + i];
      #pragma unroll
      for (int j = 0; j < TN; ++j) b[j] = Bs[k][col + j];
      #pragma unroll
      for (int i = 0; i < TM; ++i)
        #pragma unroll
        for (int j = 0; j < TN; ++j) sums[i][j] += a[i] * b[j];
    }
    __syncthreads();
  }
  #pragma unroll
  for (int i = 0; i < TM; ++i)
    #pragma unroll
    for (int j = 0; j < TN; j += 4)
      *reinterpret_cast<float4*>(&C[(row + i) * N + col + j]) =
          make_float4(sums[i][j], sums[i][j + 1], sums[i][j + 2], sums[i][j + 3]);
}
"""

WARP_TILED = r"""
// A block of 8 warps computes 128 x 128, a warp 64 x 32, a thread four quarters of 4 x 4: rows r
// and r + 32, columns c and c + 16 of its warp's tile, so that the lanes of a warp read shared
// memory without bank conflicts. While one pair of tiles is used, the next is on its way.
#define BM 128
#define BN 128
#define BK 8
#define PAD 4
extern "C" __global__ void __launch_bounds__(256)
matmul_warp_tiled(const float* __restrict__ A, const float* __restrict__ B, float* __restrict__ C,
                  int M, int N, int K) {
  __shared__ __align__(16) float As[2][BK][BM + PAD];
  __shared__ __align__(16) float Bs[2][BK][BN];
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  const int row = warp / 4 * 64 + lane / 4 * 4, col = warp % 4 * 32 + lane % 4 * 4;
  const int row_a = threadIdx.x / 2, col_a = threadIdx.x % 2 * 4;
  const int row_b = threadIdx.x / 32, col_b = threadIdx.x % 32 * 4;
  A += (blockIdx.y * BM + row_a) * K + col_a;
  B += row_b * N + blockIdx.x * BN + col_b;
  C += (blockIdx.y * BM + row) * N + blockIdx.x * BN + col;

  float sums[8][8] = {{0.0f}};
  float4 next_a = *reinterpret_cast<const float4*>(A);
  float4 next_b = *reinterpret_cast<const float4*>(B);
  int now = 0;
  As[0][col_a + 0][row_a] = next_a.x;
  As[0][col_a + 1][row_a] = next_a.y;
  As[0][col_a + 2][row_a] = next_a.z;
  As[0][col_a + 3][row_a] = next_a.w;
  *reinterpret_cast<float4*>(&Bs[0][row_b][col_b]) = next_b;
  __syncthreads();

  for (int k0 = BK; k0 <= K; k0 += BK) {
    if (k0 < K) {
      next_a = *reinterpret_cast<const float4*>(A + k0);
      next_b = *reinterpret_cast<const float4*>(B + k0 * N);
    }
    #pragma unroll
    for (int k = 0; k < BK; ++k) {
      float a[8], b[8];
      *reinterpret_cast<float4*>(a) = *reinterpret_cast<const float4*>(&As[now][k][row]);
      *reinterpret_cast<float4*>(a + 4) = *reinterpret_cast<const float4*>(&As[now][k][row + 32]);
      *reinterpret_cast<float4*>(b) = *reinterpret_cast<const float4*>(&Bs[now][k][col]);
      *reinterpret_cast<float4*>(b + 4) = *reinterpret_cast<const float4*>(&Bs[now][k][col + 16]);
      #pragma unroll
      for (int i = 0; i < 8; ++i)
        #pragma unroll
        for (int j = 0; j < 8; ++j) sums[i][j] += a[i] * b[j];
    }
    if (k0 < K) {
      now ^= 1;
      As[now][col_a + 0][row_a] = next_a.x;
      As[now][col_a + 1][row_a] = next_a.y;
      As[now][col_a + 2][row_a] = next_a.z;
      As[now][col_a + 3][row_a] = next_a.w;
      *reinterpret_cast<float4*>(&Bs[now][row_b][col_b]) = next_b;
      __syncthreads();
    }
  }
  #pragma unroll
  for (int i = 0; i < 8; ++i)
    #pragma unroll
    for (int j = 0; j < 8; j += 4)
      *reinterpret_cast<float4*>(&C[(i % 4 + i / 4 * 32) * N + j / 4 * 16]) =
          make_float4(sums[i][j], sums[i][j + 1], sums[i][j + 2], sums[i][j + 3]);
}
"""


@dataclass(frozen=True)
class Rung:
    """A kernel of the ladder and how it is launched."""

    title: str
    kernel: str
    source: str
    tile: tuple[int, int]  # rows and columns of C that a block computes
    block: tuple[int, ...]
    rows_along_x: bool = False
    multiples: tuple[int, int, int] = (1, 1, 1)  # M, N and K must be multiples of these

    def launch(self, m: int, n: int, k: int) -> tuple[tuple[int, int], tuple[int, ...]]:
        """Grid and block for C of shape (m, n). Raises ValueError for a size that does not fit."""
        for name, size, multiple in zip("MNK", (m, n, k), self.multiples, strict=True):
            if size < 1 or size % multiple:
                raise ValueError(
                    f"{self.kernel}: expected {name} to be a multiple of {multiple}, got {size}"
                )
        down, across = -(-m // self.tile[0]), -(-n // self.tile[1])
        return ((down, across) if self.rows_along_x else (across, down)), self.block


LADDER = (
    Rung("naive", "matmul_naive", NAIVE, (32, 32), (32, 32), rows_along_x=True),
    Rung("coalesced", "matmul_coalesced", COALESCED, (32, 32), (32, 32)),
    Rung("shared tiles", "matmul_tiled", TILED, (32, 32), (32, 32)),
    Rung(
        "1-D register tiles",
        "matmul_registers_1d",
        REGISTERS_1D,
        (64, 64),
        (512,),
        multiples=(64, 64, 8),
    ),
    Rung(
        "2-D register tiles",
        "matmul_registers_2d",
        REGISTERS_2D,
        (128, 128),
        (256,),
        multiples=(128, 128, 8),
    ),
    Rung(
        "vectorised", "matmul_vectorised", VECTORISED, (128, 128), (256,), multiples=(128, 128, 8)
    ),
    Rung(
        "warp tiles", "matmul_warp_tiled", WARP_TILED, (128, 128), (256,), multiples=(128, 128, 8)
    ),
)
