import CLinux
import COpenSSL
import Glibc
import Transport

/// A TCP client that speaks TLS only as far as a test wants, and not always well.
final class RawPeer {
    struct Manners {
        var settings: TLSSettings?
        var applicationProtocol: String? = "baton/1"
        var version = TLS1_3_VERSION
    }

    private let socket: Int32
    private var ssl: OpaquePointer?

    /// Connects without TLS.
    init(port: UInt16) throws {
        signal(SIGPIPE, SIG_IGN)  // These calls run on the test's own thread.
        var address = clinux_address()
        var code: Int32 = 0
        guard clinux_resolve("127.0.0.1", port, 1, &address, 1, &code) == 1 else {
            throw TransportError.notConnected
        }
        socket = clinux_tcp_connect(&address)
        guard socket >= 0, clinux_set_blocking(socket, 10_000) == 0 else { throw TransportError.notConnected }
    }

    deinit {
        if let ssl { SSL_free(ssl) }
        _ = clinux_close(socket)
    }

    /// Performs a handshake; true if this side considers it done.
    func handshake(_ manners: Manners) -> Bool {
        guard let context = SSL_CTX_new(TLS_client_method()) else { return false }
        defer { SSL_CTX_free(context) }
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(manners.version), nil)
        if let settings = manners.settings {
            SSL_CTX_use_certificate_chain_file(context, settings.certificatePath)
            SSL_CTX_use_PrivateKey_file(context, settings.privateKeyPath, SSL_FILETYPE_PEM)
        }
        if let name = manners.applicationProtocol {
            let list = [UInt8(name.utf8.count)] + Array(name.utf8)
            SSL_CTX_set_alpn_protos(context, list, UInt32(list.count))
        }
        ssl = SSL_new(context)
        SSL_set_fd(ssl, socket)
        return SSL_connect(ssl) == 1
    }

    /// Sends bytes, inside TLS if there was a handshake; false if the connection is gone.
    func send(_ bytes: [UInt8]) -> Bool {
        guard let ssl else { return Glibc.send(socket, bytes, bytes.count, 0) == bytes.count }
        return SSL_write(ssl, bytes, Int32(bytes.count)) == bytes.count
    }

    /// Reads until the peer ends the connection; what came.
    func readToEnd() -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while let ssl {
            let count = SSL_read(ssl, &buffer, Int32(buffer.count))
            guard count > 0 else { break }
            all += buffer.prefix(Int(count))
        }
        return all
    }
}
