internal import CLinux
internal import ServingTypes

/// Owns one file descriptor; moved, never copied, closed once.
struct FileDescriptor: ~Copyable, Sendable {
    let number: Int32

    /// Takes over what a CLinux call returned: a descriptor, or a negated errno.
    static func owning(_ result: Int32, from operation: String) throws(TransportError) -> FileDescriptor {
        guard result >= 0 else { throw .system(operation: operation, code: -result) }
        return FileDescriptor(number: result)
    }

    private init(number: Int32) { self.number = number }

    deinit { _ = clinux_close(number) }

    /// Ends the sending direction; the peer may already be gone, which is no error.
    borrowing func endSending() { _ = clinux_end_sending(number) }

    /// Lets closing reset the connection, so that a peer blocked in sending fails at once.
    borrowing func resetOnClose() { _ = clinux_reset_on_close(number) }

    /// Reads and drops what has arrived on a non-blocking socket; false once nothing more can come.
    borrowing func discardInput() -> Bool { clinux_discard_input(number) != 0 }

    /// Turns a socket to blocking; a read or write that waits longer than `stallTimeout` fails.
    borrowing func setBlocking(stallTimeout: Duration) throws(TransportError) {
        let milliseconds = max(1, stallTimeout.nanoseconds / 1_000_000)
        let result = clinux_set_blocking(number, milliseconds)
        guard result == 0 else { throw .system(operation: "making a socket blocking", code: -result) }
    }
}
