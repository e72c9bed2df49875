internal import CLinux
internal import COpenSSL

/// Owns one socket and the OpenSSL `SSL` that speaks over it.
///
/// It has one owner at a time (the control loop, then possibly one lane thread), which makes every call.
final class TLSSession {
    enum Side { case client, server }

    /// Where the `SSL` keeps its ``PeerExpectation``: OpenSSL reserves index 0 for the application.
    static let expectationIndex: Int32 = 0
    /// TLS's largest record.
    private static let recordBytes = 16 << 10

    let socket: FileDescriptor
    private let ssl: OpaquePointer
    private let expectation: PeerExpectation
    private let keyUpdateBytes: Int
    private var bytesUnderKey = 0
    private(set) var keyUpdateCount = 0
    #if BATON_BENCH_PLAINTEXT
    private var isBare = false

    /// Reads and writes bypass TLS from here on.
    func leaveTLS() { isBare = true }
    #endif

    /// - Parameters:
    ///   - socket: a connected socket, which the session closes.
    ///   - expectedName: name the peer must have; `nil` admits any peer of the own cluster.
    ///   - keyUpdateBytes: bytes sent under one key before it is replaced; OpenSSL does not count by itself.
    init(
        socket: consuming FileDescriptor,
        context: TLSContext,
        side: Side,
        expectedName: String?,
        keyUpdateBytes: Int
    ) throws(TLSError) {
        ERR_clear_error()
        guard let ssl = SSL_new(context.pointer) else {
            throw .openSSL(during: "SSL_new", reason: OpenSSLErrors.drainedText())
        }
        #if BATON_BENCH_PLAINTEXT
        // What follows the hello must stay in the socket.
        SSL_set_read_ahead(ssl, 0)
        #endif
        self.socket = socket
        self.ssl = ssl
        self.keyUpdateBytes = keyUpdateBytes
        expectation = PeerExpectation(cluster: context.identity.cluster, name: expectedName)
        let owned = Unmanaged.passUnretained(expectation).toOpaque()
        guard SSL_set_fd(ssl, self.socket.number) == 1,
            SSL_set_ex_data(ssl, Self.expectationIndex, owned) == 1
        else { throw .openSSL(during: "SSL_set_fd", reason: OpenSSLErrors.drainedText()) }
        switch side {
        case .client: SSL_set_connect_state(ssl)
        case .server: SSL_set_accept_state(ssl)
        }
    }

    deinit { SSL_free(ssl) }

    /// Who the peer is; `nil` before the handshake is complete.
    var peer: PeerIdentity? { expectation.identity }

    /// True if bytes wait inside OpenSSL, for which the socket raises no event.
    var hasPending: Bool { SSL_has_pending(ssl) == 1 }

    /// Frees OpenSSL's 2 × 16 KiB of buffers while nothing is under way: for many, mostly idle, connections.
    func releaseIdleBuffers(_ isReleasing: Bool) {
        COpenSSL_release_idle_buffers(ssl, isReleasing ? 1 : 0)
    }

    /// Continues the handshake.
    func handshake() throws(TLSError) -> TLSProgress {
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        guard result == 1 else { return try progress(of: result, during: "handshake") }
        guard isProtocolAgreed else { throw .noCommonProtocol }
        // The callback cannot have been skipped if OpenSSL keeps its word; without an identity nobody gets
        // in.
        guard peer != nil else { throw .noPeerCertificate }
        return .done(bytes: 0)
    }

    /// Reads what one record brings, at most `buffer.count` bytes.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(TLSError) -> TLSProgress {
        #if BATON_BENCH_PLAINTEXT
        if isBare { return try readBare(into: buffer) }
        #endif
        ERR_clear_error()
        var count = 0
        let result = SSL_read_ex(ssl, buffer.baseAddress, buffer.count, &count)
        return result == 1 ? .done(bytes: count) : try progress(of: result, during: "read")
    }

    /// From now on ``write(_:)`` returns when all bytes are written, or none will be: for blocking sockets.
    func writeWhole() { COpenSSL_write_whole(ssl) }

    /// Writes at most one record of `bytes`, or after ``writeWhole()`` all of them that may go under the present key.
    ///
    /// After ``TLSProgress/wantsWrite`` the same bytes must be given again, at any address.
    func write(_ bytes: UnsafeRawBufferPointer) throws(TLSError) -> TLSProgress {
        #if BATON_BENCH_PLAINTEXT
        if isBare { return try writeBare(bytes) }
        #endif
        ERR_clear_error()
        // Whole records up to where the key is to be replaced.
        let records = max(1, (keyUpdateBytes - bytesUnderKey) / Self.recordBytes)
        let (room, overflow) = records.multipliedReportingOverflow(by: Self.recordBytes)
        var count = 0
        let result = SSL_write_ex(
            ssl,
            bytes.baseAddress,
            overflow ? bytes.count : min(bytes.count, room),
            &count
        )
        guard result == 1 else { return try progress(of: result, during: "write") }
        bytesUnderKey += count
        if bytesUnderKey >= keyUpdateBytes { try updateKey() }
        return .done(bytes: count)
    }

    /// Tells the peer that no more bytes will come; best effort, never waits.
    func endWriting() {
        #if BATON_BENCH_PLAINTEXT
        if isBare { return socket.endSending() }
        #endif
        ERR_clear_error()
        if SSL_in_init(ssl) == 0 { SSL_shutdown(ssl) }
        ERR_clear_error()
        socket.endSending()
    }

    /// Replaces the sending key with the next write; legal only between complete writes.
    private func updateKey() throws(TLSError) {
        guard SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 else {
            throw .openSSL(during: "key update", reason: OpenSSLErrors.drainedText())
        }
        bytesUnderKey = 0
        keyUpdateCount += 1
    }

    private var isProtocolAgreed: Bool {
        var bytes: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &bytes, &count)
        return UnsafeBufferPointer(start: bytes, count: Int(count))
            .elementsEqual(TLSContext.applicationProtocol.utf8)
    }

    private func progress(of result: Int32, during operation: String) throws(TLSError) -> TLSProgress {
        let code = clinux_errno()
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ:
            return .wantsRead
        case SSL_ERROR_WANT_WRITE:
            return .wantsWrite
        case SSL_ERROR_ZERO_RETURN:
            return .closed
        case SSL_ERROR_SYSCALL:
            throw .connectionLost(reason: code == 0 ? "end of stream" : SystemError.text(of: code))
        default:
            throw OpenSSLErrors.sessionError(during: operation, verification: expectation.refusal)
        }
    }
}
