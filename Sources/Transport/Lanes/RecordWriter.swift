/// Writes to a blocking session in full records, whatever the pieces it is given.
///
/// A record costs a system call and an authentication tag, so pieces are gathered until they fill one; a
/// piece is copied only where it does not fill a record by itself.
struct RecordWriter: ~Copyable {
    /// TLS's largest record.
    private static let recordBytes = 16 << 10

    private let session: TLSSession
    private let stallTimeout: Duration
    private let buffer: UnsafeMutableRawBufferPointer
    private var filled = 0

    init(session: TLSSession, stallTimeout: Duration) {
        self.session = session
        self.stallTimeout = stallTimeout
        buffer = .allocate(byteCount: Self.recordBytes, alignment: 64)
    }

    deinit { buffer.deallocate() }

    /// Takes a piece; its memory is free when the call returns.
    mutating func append(_ piece: UnsafeRawBufferPointer) throws(TransportError) {
        var rest = piece
        while !rest.isEmpty {
            if filled == 0, rest.count >= buffer.count {
                let wholeRecords = rest.count - rest.count % buffer.count
                try write(UnsafeRawBufferPointer(rebasing: rest[..<wholeRecords]))
                rest = UnsafeRawBufferPointer(rebasing: rest[wholeRecords...])
            } else {
                let count = min(rest.count, buffer.count - filled)
                UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
                filled += count
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                if filled == buffer.count { try flush() }
            }
        }
    }

    /// Writes what was gathered.
    mutating func flush() throws(TransportError) {
        guard filled > 0 else { return }
        let gathered = UnsafeRawBufferPointer(rebasing: buffer[..<filled])
        filled = 0
        try write(gathered)
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws(TransportError) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            switch try progress(of: rest) {
            case .done(let count): written += count
            case .wantsRead, .wantsWrite: throw .timedOut(operation: "sending on a lane", after: stallTimeout)
            case .closed: throw .closedByPeer
            }
        }
    }

    private func progress(of bytes: UnsafeRawBufferPointer) throws(TransportError) -> TLSProgress {
        do throws(TLSError) {
            return try session.write(bytes)
        } catch {
            throw .tls(error)
        }
    }
}
