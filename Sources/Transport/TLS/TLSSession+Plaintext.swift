#if BATON_BENCH_PLAINTEXT
internal import Glibc

/// Lanes without TLS, for measurements against engines that send in the clear.
///
/// Compiled only with `swift build -Xswiftc -DBATON_BENCH_PLAINTEXT`, of which a normal build contains nothing.
/// The peers authenticate each other as always and the hello travels in TLS; then both ends of the lane use
/// the bare socket, without checksum: whoever is on the path can read and change the payload.
extension TLSSession {
    /// The socket's bytes as they are; at least one.
    func readBare(into buffer: UnsafeMutableRawBufferPointer) throws(TLSError) -> TLSProgress {
        while true {
            let count = recv(socket.number, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .done(bytes: count) }
            if count == 0 { return .closed }
            if errno == EAGAIN { return .wantsRead }
            guard errno == EINTR else { throw .connectionLost(reason: SystemError.text(of: errno)) }
        }
    }

    /// Writes some of `bytes`.
    func writeBare(_ bytes: UnsafeRawBufferPointer) throws(TLSError) -> TLSProgress {
        while true {
            let count = send(socket.number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .done(bytes: count) }
            if errno == EAGAIN { return .wantsWrite }
            guard errno == EINTR else { throw .connectionLost(reason: SystemError.text(of: errno)) }
        }
    }
}
#endif
