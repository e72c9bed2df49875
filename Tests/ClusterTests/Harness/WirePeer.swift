import COpenSSL
import DaemonKit
import Foundation
import Transport
import Wire

/// A peer of the daemons that speaks TLS and frames only as far, and as well, as a test wants.
final class WirePeer {
    private let socket: LoopbackSocket
    private var ssl: OpaquePointer?
    private var decoder = FrameDecoder()
    private var unread: [UInt8] = []

    /// Connects without TLS.
    init(port: UInt16) throws {
        signal(SIGPIPE, SIG_IGN)  // OpenSSL writes to sockets whose peer may be gone.
        socket = try LoopbackSocket(port: port, timeout: 10)
    }

    deinit { if let ssl { SSL_free(ssl) } }

    /// Performs a handshake with a certificate or without one; `true` if this side considers it done.
    ///
    /// With TLS 1.3 a server that refuses says so only after that.
    func handshake(_ settings: TLSSettings?) -> Bool {
        guard let context = SSL_CTX_new(TLS_client_method()) else { return false }
        defer { SSL_CTX_free(context) }
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
        if let settings {
            SSL_CTX_use_certificate_chain_file(context, settings.certificatePath)
            SSL_CTX_use_PrivateKey_file(context, settings.privateKeyPath, SSL_FILETYPE_PEM)
        }
        let protocols = [UInt8(7)] + Array("baton/1".utf8)
        SSL_CTX_set_alpn_protos(context, protocols, UInt32(protocols.count))
        ssl = SSL_new(context)
        SSL_set_fd(ssl, socket.descriptor)
        return SSL_connect(ssl) == 1
    }

    /// Sends bytes, inside TLS if there was a handshake; `false` if the connection is gone.
    func send(_ bytes: [UInt8]) -> Bool {
        guard let ssl else { return socket.send(bytes) }
        return bytes.isEmpty || SSL_write(ssl, bytes, Int32(bytes.count)) == bytes.count
    }

    func send(_ message: Message) throws {
        _ = send(try message.frame().encoded())  // A peer that is gone shows when its answer is read.
    }

    /// The next message; `nil` when the connection has ended.
    func receive() throws -> Message? {
        while true {
            let progress = try unread.withUnsafeBytes { try decoder.consume($0) }
            unread.removeFirst(progress.consumedBytes)
            if let frame = progress.frame {
                guard let type = MessageType(rawValue: frame.header.type) else {
                    throw ClusterError("message type \(frame.header.type) is unknown")
                }
                return try Message.decode(type: type, header: frame.message, payload: frame.payload)
            }
            unread = read()
            guard !unread.isEmpty else { return nil }
        }
    }

    /// Reads until the peer ends the connection; the failure that it stated, if any.
    func lastFailure() throws -> String? {
        while let message = try receive() {
            if case .failure(let error) = message { return error.description }
        }
        return nil
    }

    /// Bytes from inside TLS; empty at the end, however it came.
    private func read() -> [UInt8] {
        guard let ssl else { return [] }
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let count = SSL_read(ssl, &buffer, Int32(buffer.count))
        return Array(buffer.prefix(max(0, Int(count))))
    }
}
