internal import Glibc
public import Logging
internal import ServingTypes

/// What a daemon tells the service manager that started it; nothing when no manager asks.
///
/// Source: sd_notify(3), "Standalone Implementations": datagrams of `KEY=value` lines to the socket that
/// `NOTIFY_SOCKET` names.
public struct ServiceManager: Sendable {
    /// Path of the manager's socket; an abstract one begins with `@`.
    private let socketPath: String
    /// Half of the time after which a silent daemon is restarted; `nil` when it is not watched.
    private let watchdogPause: Duration?
    private let logger: Logger

    /// The manager of this process; `nil` when it was started without one.
    public static func ofProcess(logger: Logger) -> ServiceManager? {
        guard let path = variable("NOTIFY_SOCKET"), !path.isEmpty else { return nil }
        // A child that inherits the variables is not the process that is watched.
        let isWatched = variable("WATCHDOG_PID").map { $0 == "\(getpid())" } ?? true
        let limit = isWatched ? variable("WATCHDOG_USEC").flatMap { Int($0) } : nil
        return ServiceManager(
            socketPath: path,
            watchdogPause: limit.flatMap { $0 > 0 ? .microseconds($0 / 2) : nil },
            logger: logger
        )
    }

    init(socketPath: String, watchdogPause: Duration?, logger: Logger) {
        self.socketPath = socketPath
        self.watchdogPause = watchdogPause
        self.logger = logger
    }

    /// The daemon serves; from now on the hub's control loop gives the signs of life, so that a loop that hangs
    /// is noticed.
    public func ready(_ status: String, watching hub: LinkHub) {
        send("READY=1\nSTATUS=\(status)")
        guard let watchdogPause else { return }
        Self.beat(self, every: watchdogPause, on: hub)
    }

    /// The daemon is on its way down.
    public func stopping(_ status: String) { send("STOPPING=1\nSTATUS=\(status)") }

    private static func beat(_ manager: ServiceManager, every pause: Duration, on hub: LinkHub) {
        manager.send("WATCHDOG=1")
        hub.schedule(after: pause) { [weak hub] in
            if let hub { beat(manager, every: pause, on: hub) }
        }
    }

    private func send(_ text: String) {
        if let problem = Self.send(text, to: socketPath) {
            logger.warning(
                "service_manager.not_told",
                metadata: ["socket": "\(socketPath)", "error": "\(problem)"]
            )
        }
    }

    /// Sends one datagram without waiting; says what went wrong.
    private static func send(_ text: String, to path: String) -> String? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return "the path is too long" }
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = MemoryLayout.offset(of: \sockaddr_un.sun_path).map { socklen_t($0 + name.count) } ?? 0
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return message(of: errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        let sent = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(
                    descriptor,
                    bytes,
                    bytes.count,
                    Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL),
                    $0,
                    length
                )
            }
        }
        return sent == bytes.count ? nil : message(of: errno)
    }

    private static func message(of code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
