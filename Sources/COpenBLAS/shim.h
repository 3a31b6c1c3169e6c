#include <cblas.h>

// The LAPACK routines in use. libopenblas contains them, but its package has no header that declares them.
void sgetrf_(int *m, int *n, float *a, int *lda, int *pivots, int *info);
void dgetrf_(int *m, int *n, double *a, int *lda, int *pivots, int *info);
void sgetrs_(char *trans, int *n, int *nrhs, float *a, int *lda, int *pivots, float *b, int *ldb, int *info);
void dgetrs_(char *trans, int *n, int *nrhs, double *a, int *lda, int *pivots, double *b, int *ldb, int *info);
void spotrf_(char *uplo, int *n, float *a, int *lda, int *info);
void dpotrf_(char *uplo, int *n, double *a, int *lda, int *info);
void strtrs_(char *uplo, char *trans, char *diag, int *n, int *nrhs, float *a, int *lda, float *b, int *ldb, int *info);
void dtrtrs_(
  char *uplo, char *trans, char *diag, int *n, int *nrhs, double *a, int *lda, double *b, int *ldb, int *info);
void sgeqrf_(int *m, int *n, float *a, int *lda, float *tau, float *work, int *lwork, int *info);
void dgeqrf_(int *m, int *n, double *a, int *lda, double *tau, double *work, int *lwork, int *info);
void sorgqr_(int *m, int *n, int *k, float *a, int *lda, float *tau, float *work, int *lwork, int *info);
void dorgqr_(int *m, int *n, int *k, double *a, int *lda, double *tau, double *work, int *lwork, int *info);
void ssyevd_(
  char *jobz, char *uplo, int *n, float *a, int *lda, float *w, float *work, int *lwork, int *iwork, int *liwork,
  int *info);
void dsyevd_(
  char *jobz, char *uplo, int *n, double *a, int *lda, double *w, double *work, int *lwork, int *iwork, int *liwork,
  int *info);
void sgesdd_(
  char *jobz, int *m, int *n, float *a, int *lda, float *s, float *u, int *ldu, float *vt, int *ldvt, float *work,
  int *lwork, int *iwork, int *info);
void dgesdd_(
  char *jobz, int *m, int *n, double *a, int *lda, double *s, double *u, int *ldu, double *vt, int *ldvt,
  double *work, int *lwork, int *iwork, int *info);
