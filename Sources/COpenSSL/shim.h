// OpenSSL 3 for Swift: the functions import as they are, macros get a `static inline` twin here.
#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static inline int COpenSSL_CTX_only_tls13(SSL_CTX *context) {
    return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1;
}

// Buffers may move between retries and a record at a time may be written. Sessions are neither cached nor
// resumed.
static inline void COpenSSL_CTX_set_defaults(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_num_tickets(context, 0);
}

// One call then writes all it is given, record after record: for blocking sockets.
static inline void COpenSSL_write_whole(SSL *ssl) {
    SSL_clear_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE);
}

static inline void COpenSSL_release_idle_buffers(SSL *ssl, int isReleasing) {
    if (isReleasing) {
        SSL_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
    } else {
        SSL_clear_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
    }
}

static inline int COpenSSL_error_reason(unsigned long code) {
    return ERR_GET_REASON(code);
}

static inline EVP_PKEY *COpenSSL_generate_p256(void) {
    return EVP_EC_gen("P-256");
}

// A new key of the type and size of another one; NULL on failure.
static inline EVP_PKEY *COpenSSL_generate_like(EVP_PKEY *other) {
    EVP_PKEY *made = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(other, NULL);
    if (context != NULL && EVP_PKEY_keygen_init(context) == 1 &&
        (EVP_PKEY_get_base_id(other) != EVP_PKEY_RSA ||
         EVP_PKEY_CTX_set_rsa_keygen_bits(context, EVP_PKEY_get_bits(other)) == 1)) {
        EVP_PKEY_keygen(context, &made);
    }
    EVP_PKEY_CTX_free(context);
    return made;
}

static inline long COpenSSL_BIO_contents(BIO *bio, char **bytes) {
    return BIO_get_mem_data(bio, bytes);
}

static inline int COpenSSL_general_name_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}

// The bytes of a URI name, or NULL if the name at `index` is of another kind.
static inline const unsigned char *COpenSSL_general_name_uri(
    const GENERAL_NAMES *names, int index, int *byteCount
) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    if (name == NULL || name->type != GEN_URI) {
        return NULL;
    }
    *byteCount = ASN1_STRING_length(name->d.uniformResourceIdentifier);
    return ASN1_STRING_get0_data(name->d.uniformResourceIdentifier);
}

static inline void COpenSSL_general_names_free(GENERAL_NAMES *names) {
    GENERAL_NAMES_free(names);
}

// The certificates sent after the own one; borrowed.
static inline STACK_OF(X509) *COpenSSL_CTX_chain(SSL_CTX *context) {
    STACK_OF(X509) *chain = NULL;
    SSL_CTX_get0_chain_certs(context, &chain);
    return chain;
}

// Prints "O = lab, CN = worker-1", bytes beyond ASCII as they are.
static inline void COpenSSL_print_name(BIO *bio, const X509_NAME *name) {
    X509_NAME_print_ex(bio, name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
}

// Adds a subject alternative name of kind URI. OpenSSL's text form of extensions cannot: it splits at commas.
static inline int COpenSSL_add_uri_name(X509 *certificate, const char *uri) {
    int isAdded = 0;
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *text = ASN1_IA5STRING_new();
    if (names != NULL && name != NULL && text != NULL && ASN1_STRING_set(text, uri, -1) == 1) {
        GENERAL_NAME_set0_value(name, GEN_URI, text);
        text = NULL;  // Owned by the name from here on, the name by the list.
        if (sk_GENERAL_NAME_push(names, name) > 0) {
            name = NULL;
            isAdded = X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) == 1;
        }
    }
    ASN1_IA5STRING_free(text);
    GENERAL_NAME_free(name);
    GENERAL_NAMES_free(names);
    return isAdded;
}

#endif
