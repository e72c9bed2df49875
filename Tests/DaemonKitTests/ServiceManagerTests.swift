import Glibc
import Logging
import ServingTypes
import TestSupport
import Testing

@testable import DaemonKit

@Suite struct ServiceManagerTests {
    /// A manager's side: a datagram socket under an abstract name.
    private struct Listener: ~Copyable {
        let descriptor: Int32
        let path: String

        init() throws {
            path = "@baton-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            try #require(descriptor >= 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let name = [0] + Array(path.utf8.dropFirst())
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
            let offset = try #require(MemoryLayout.offset(of: \sockaddr_un.sun_path))
            let bound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { [descriptor] in
                    bind(descriptor, $0, socklen_t(offset + name.count))
                }
            }
            try #require(bound == 0)
        }

        deinit { close(descriptor) }

        /// The next datagram; waits for it.
        func next() -> String {
            var bytes = [UInt8](repeating: 0, count: 512)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
    }

    @Test("a service manager is told when the daemon serves, lives and stops")
    func tells() async throws {
        let listener = try Listener()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let manager = ServiceManager(
            socketPath: listener.path,
            watchdogPause: .milliseconds(1),
            logger: logger
        )
        let process = try TestProcess.worker("decode-1", in: TestCertificates())
        defer { process.hub.shutdown() }
        manager.ready("serving", watching: process.hub)
        #expect(listener.next() == "READY=1\nSTATUS=serving")
        // The second sign of life comes from the control loop.
        #expect(listener.next() == "WATCHDOG=1")
        #expect(listener.next() == "WATCHDOG=1")
        process.hub.shutdown()
        manager.stopping("draining")
        var last = listener.next()
        while last == "WATCHDOG=1" { last = listener.next() }
        #expect(last == "STOPPING=1\nSTATUS=draining")
    }
}
