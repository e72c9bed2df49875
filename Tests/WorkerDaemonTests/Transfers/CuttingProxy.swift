internal import Foundation
import Synchronization

/// Passes connections on, byte by byte, until it is told to cut some: a network that breaks.
final class CuttingProxy: Sendable {
    private struct State {
        var target: UInt16
        /// Both ends of each connection.
        var pairs: [Int: (Int32, Int32)] = [:]
        var count = 0
        var cuts = 0
        var isStopped = false
    }

    let port: UInt16
    private let listener: Int32
    private let state: Mutex<State>

    /// Listens on loopback and connects every caller to `target`.
    init(target: UInt16) throws {
        let (descriptor, port) = try Self.listen()
        listener = descriptor
        self.port = port
        state = Mutex(State(target: target))
        Thread.detachNewThread { [self] in acceptAll() }
    }

    var cuts: Int { state.withLock { $0.cuts } }

    /// Where new connections lead.
    func retarget(_ port: UInt16) { state.withLock { $0.target = port } }

    /// Cuts the connection chosen by `number` among those open; false when there is none.
    @discardableResult
    func cut(_ number: Int) -> Bool {
        state.withLock { state in
            let keys = state.pairs.keys.sorted()
            guard !keys.isEmpty, let pair = state.pairs[keys[number % keys.count]] else { return false }
            state.cuts += 1
            _ = shutdown(pair.0, Int32(SHUT_RDWR))
            _ = shutdown(pair.1, Int32(SHUT_RDWR))
            return true
        }
    }

    func stop() {
        state.withLock { state in
            state.isStopped = true
            for pair in state.pairs.values {
                _ = shutdown(pair.0, Int32(SHUT_RDWR))
                _ = shutdown(pair.1, Int32(SHUT_RDWR))
            }
        }
        _ = shutdown(listener, Int32(SHUT_RDWR))
    }

    private func acceptAll() {
        while true {
            let client = accept(listener, nil, nil)
            let target = state.withLock { $0.isStopped ? nil : $0.target }
            guard client >= 0, let target else {
                if client >= 0 { close(client) }
                if target == nil { break }
                continue
            }
            guard let server = Self.connect(to: target) else {
                close(client)
                continue
            }
            let key = state.withLock { state in
                state.count += 1
                state.pairs[state.count] = (client, server)
                return state.count
            }
            let left = Mutex(2)
            let ended = Ended { [self] in
                let isLast = left.withLock { left in
                    left -= 1
                    return left == 0
                }
                guard isLast else { return }
                state.withLock { $0.pairs[key] = nil }
                close(client)
                close(server)
            }
            Thread.detachNewThread { Self.pass(from: client, to: server, ended) }
            Thread.detachNewThread { Self.pass(from: server, to: client, ended) }
        }
        close(listener)
    }

    private struct Ended: Sendable {
        let call: @Sendable () -> Void
        init(_ call: @escaping @Sendable () -> Void) { self.call = call }
    }

    private static func pass(from source: Int32, to sink: Int32, _ ended: Ended) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            var sent = 0
            while sent < count {
                let written = buffer.withUnsafeBytes { bytes in
                    send(sink, bytes.baseAddress.map { $0 + sent }, count - sent, Int32(MSG_NOSIGNAL))
                }
                guard written > 0 else { break }
                sent += written
            }
            if sent < count { break }
        }
        _ = shutdown(sink, Int32(SHUT_WR))
        _ = shutdown(source, Int32(SHUT_RD))
        ended.call()
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private struct SocketFailure: Error { let code: Int32 }

    private static func listen() throws -> (Int32, UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && Glibc.listen(descriptor, 64) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard descriptor >= 0, isListening else { throw SocketFailure(code: errno) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private static func connect(to port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            return nil
        }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
    }
}
