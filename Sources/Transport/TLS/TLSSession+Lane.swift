/// What a lane asks of its session beside reading and writing.
extension TLSSession {
    /// What the peer says on a lane that is one-way: its end or a reason, or `nil` for a key update.
    ///
    /// Waits unless the socket is readable or broken.
    func readPeersWord() -> TransportError? {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { buffer in
            do throws(TLSError) {
                return switch try read(into: buffer) {
                case .done: .refused(reason: "peer sent data on a one-way lane")
                case .wantsRead, .wantsWrite: nil
                case .closed: .closedByPeer
                }
            } catch {
                return .tls(error)
            }
        }
    }
}
