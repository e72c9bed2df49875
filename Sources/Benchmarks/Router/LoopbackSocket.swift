internal import Glibc

/// A blocking TCP socket on the loopback interface, without Nagle's algorithm; closed with its last user.
final class LoopbackSocket: Sendable {
    private static let patienceSeconds = 30

    private let descriptor: Int32

    private init(owning descriptor: Int32) throws(BenchFailure) {
        self.descriptor = descriptor
        var one: Int32 = 1
        var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
        let noDelay = setsockopt(
            descriptor,
            Int32(IPPROTO_TCP),
            TCP_NODELAY,
            &one,
            socklen_t(MemoryLayout<Int32>.size)
        )
        let timeout = setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &patience,
            socklen_t(MemoryLayout<timeval>.size)
        )
        guard noDelay == 0, timeout == 0 else { throw Self.failure("setsockopt") }
    }

    deinit { close(descriptor) }

    /// Connects to a port of this machine.
    static func connect(port: UInt16) throws(BenchFailure) -> LoopbackSocket {
        let socket = try LoopbackSocket(owning: try open())
        guard withAddress(port: port, { Glibc.connect(socket.descriptor, $0, $1) }) == 0 else {
            throw failure("connecting to port \(port)")
        }
        return socket
    }

    /// Listens on a port that the system chooses.
    static func listen() throws(BenchFailure) -> (socket: LoopbackSocket, port: UInt16) {
        let socket = try LoopbackSocket(owning: try open())
        let bound = withAddress(port: 0) { bind(socket.descriptor, $0, $1) }
        guard bound == 0, Glibc.listen(socket.descriptor, 1_024) == 0 else { throw failure("listening") }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let named = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(socket.descriptor, $0, &length)
            }
        }
        guard named == 0 else { throw failure("getsockname") }
        return (socket, UInt16(bigEndian: address.sin_port))
    }

    /// Waits for the next connection; `nil` when none came for a while.
    func accept() throws(BenchFailure) -> LoopbackSocket? {
        while true {
            let number = Glibc.accept(descriptor, nil, nil)
            if number >= 0 { return try LoopbackSocket(owning: number) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return nil
            default: throw Self.failure("accept")
            }
        }
    }

    /// Sends all bytes.
    func send(_ bytes: [UInt8]) throws(BenchFailure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    descriptor,
                    buffer.baseAddress?.advanced(by: sent),
                    buffer.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                throw Self.failure("send")
            }
        }
    }

    /// Appends what has arrived; `false` at the end of the stream.
    func receive(into bytes: inout [UInt8], using scratch: inout [UInt8]) throws(BenchFailure) -> Bool {
        while true {
            let count = recv(descriptor, &scratch, scratch.count, 0)
            if count == 0 { return false }
            if count > 0 {
                bytes.append(contentsOf: scratch[..<count])
                return true
            }
            guard errno == EINTR else { throw Self.failure("recv") }
        }
    }

    private static func open() throws(BenchFailure) -> Int32 {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw failure("socket") }
        return number
    }

    private static func withAddress(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32)
        -> Int32
    {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func failure(_ operation: String) -> BenchFailure {
        BenchFailure("\(operation): \(String(cString: strerror(errno)))")
    }
}
