#include "channel.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "CLinux.h"

int bench_fail(char *error, const char *operation, int code) {
    if (error[0] != 0) {
        return -1;
    }
    char text[96] = "";
    unsigned long reason = ERR_peek_error();
    if (code != 0) {
        clinux_error_text(code, text, sizeof text);
    } else if (reason != 0) {
        ERR_error_string_n(reason, text, sizeof text);
    }
    snprintf(error, sizeof((bench_limit_result *)0)->error, "%s: %s", operation, text);
    return -1;
}

SSL_CTX *bench_context(const bench_limit_settings *settings, char *error) {
    if (!settings->uses_tls) {
        return NULL;
    }
    SSL_CTX *context = SSL_CTX_new(TLS_method());
    if (context == NULL) {
        bench_fail(error, "SSL_CTX_new", 0);
        return NULL;
    }
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    if (SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") != 1 ||
        SSL_CTX_load_verify_file(context, settings->authority_path) != 1 ||
        SSL_CTX_use_certificate_chain_file(context, settings->certificate_path) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, settings->private_key_path, SSL_FILETYPE_PEM) != 1) {
        bench_fail(error, "setting up TLS", 0);
        SSL_CTX_free(context);
        return NULL;
    }
    return context;
}

static int start(bench_channel *channel, SSL_CTX *context, int is_server, char *error) {
    int code = clinux_set_blocking(channel->socket, bench_timeout_ms);
    if (code < 0) {
        return bench_fail(error, "making a socket blocking", -code);
    }
    if (context == NULL) {
        return 0;
    }
    channel->ssl = SSL_new(context);
    if (channel->ssl == NULL || SSL_set_fd(channel->ssl, channel->socket) != 1) {
        return bench_fail(error, "SSL_new", 0);
    }
    if ((is_server ? SSL_accept(channel->ssl) : SSL_connect(channel->ssl)) != 1) {
        return bench_fail(error, "handshake", 0);
    }
    return 0;
}

int bench_connect(
    const bench_limit_settings *settings, SSL_CTX *context, bench_channel *channel, char *error
) {
    *channel = (bench_channel){.socket = -1};
    clinux_address address;
    int code = 0;
    if (clinux_resolve(settings->host, settings->port, 1, &address, 1, &code) < 1) {
        return bench_fail(error, clinux_resolve_error_text(code), 0);
    }
    channel->socket = clinux_tcp_connect(&address);
    if (channel->socket < 0) {
        return bench_fail(error, "connect", -channel->socket);
    }
    int ready = clinux_wait_two(channel->socket, clinux_writable, -1, 0, bench_timeout_ms);
    code = ready > 0 ? clinux_tcp_connect_result(channel->socket) : -ETIMEDOUT;
    return code < 0 ? bench_fail(error, "connect", -code) : start(channel, context, 0, error);
}

int bench_accept(int listener, SSL_CTX *context, bench_channel *channel, char *error) {
    *channel = (bench_channel){.socket = -1};
    if (clinux_wait_two(listener, clinux_readable, -1, 0, bench_timeout_ms) <= 0) {
        return bench_fail(error, "waiting for a connection", ETIMEDOUT);
    }
    clinux_address peer;
    channel->socket = clinux_tcp_accept(listener, &peer);
    if (channel->socket < 0) {
        return bench_fail(error, "accept", -channel->socket);
    }
    return start(channel, context, 1, error);
}

void bench_close(bench_channel *channel) {
    SSL_free(channel->ssl);
    channel->ssl = NULL;
    if (channel->socket >= 0) {
        clinux_close(channel->socket);
    }
    channel->socket = -1;
}

int bench_wait_readable(bench_channel *channel) {
    int is_pending = channel->ssl != NULL && SSL_has_pending(channel->ssl);
    return is_pending || clinux_wait_two(channel->socket, clinux_readable, -1, 0, bench_timeout_ms) > 0;
}

static ssize_t tls_result(bench_channel *channel, int result, size_t count) {
    if (result == 1) {
        return (ssize_t)count;
    }
    switch (SSL_get_error(channel->ssl, result)) {
    case SSL_ERROR_ZERO_RETURN:
        return bench_ended;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return bench_would_block;
    default:
        return bench_failed;
    }
}

static ssize_t bare_result(ssize_t count) {
    return count >= 0 ? count : errno == EAGAIN ? bench_would_block : bench_failed;
}

ssize_t bench_read(bench_channel *channel, void *bytes, size_t count) {
    if (channel->ssl == NULL) {
        return bare_result(recv(channel->socket, bytes, count, 0));
    }
    size_t done = 0;
    ERR_clear_error();
    return tls_result(channel, SSL_read_ex(channel->ssl, bytes, count, &done), done);
}

ssize_t bench_write(bench_channel *channel, const void *bytes, size_t count) {
    if (channel->ssl == NULL) {
        return bare_result(send(channel->socket, bytes, count, MSG_NOSIGNAL));
    }
    size_t done = 0;
    ERR_clear_error();
    return tls_result(channel, SSL_write_ex(channel->ssl, bytes, count, &done), done);
}

int bench_read_all(bench_channel *channel, void *bytes, size_t count, char *error) {
    for (size_t done = 0; done < count;) {
        ssize_t read = bench_read(channel, (char *)bytes + done, count - done);
        if (read <= 0) {
            return bench_fail(error, "read", read == bench_would_block ? ETIMEDOUT : ECONNRESET);
        }
        done += (size_t)read;
    }
    return 0;
}

int bench_write_all(bench_channel *channel, const void *bytes, size_t count, char *error) {
    for (size_t done = 0; done < count;) {
        ssize_t written = bench_write(channel, (const char *)bytes + done, count - done);
        if (written <= 0) {
            return bench_fail(error, "write", written == bench_would_block ? ETIMEDOUT : ECONNRESET);
        }
        done += (size_t)written;
    }
    return 0;
}
