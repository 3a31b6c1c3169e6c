#include <cblas.h>

// The LAPACK routines in use. libopenblas contains them, but its package has no header that declares them.
void sgetrf_(int *m, int *n, float *a, int *lda, int *pivots, int *info);
void dgetrf_(int *m, int *n, double *a, int *lda, int *pivots, int *info);
void sgetrs_(char *trans, int *n, int *nrhs, float *a, int *lda, int *pivots, float *b, int *ldb, int *info);
void dgetrs_(char *trans, int *n, int *nrhs, double *a, int *lda, int *pivots, double *b, int *ldb, int *info);
void spotrf_(char *uplo, int *n, float *a, int *lda, int *info);
void dpotrf_(char *uplo, int *n, double *a, int *lda, int *info);
