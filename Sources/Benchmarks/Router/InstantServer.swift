internal import Foundation

/// An HTTP server that answers every request for tokens at once, without a model: what an answer costs at
/// least.
///
/// A thread per connection. It is the worker of routers that speak HTTP to theirs, and the baseline of all.
final class InstantServer: Sendable {
    let port: UInt16
    private let listener: LoopbackSocket
    private let model: String
    private let tokenInterval: Double

    /// Listens; ``start()`` accepts.
    ///
    /// - Parameter tokenInterval: seconds between two events of a stream; 0 sends all at once.
    init(model: String, tokenInterval: Double) throws(BenchFailure) {
        (listener, port) = try LoopbackSocket.listen()
        self.model = model
        self.tokenInterval = tokenInterval
    }

    /// Accepts connections until the process ends.
    func start() {
        Thread.detachNewThread {
            do {
                while true {
                    guard let socket = try self.listener.accept() else { continue }
                    let thread = Thread { self.serve(socket) }
                    thread.stackSize = 256 << 10
                    thread.start()
                }
            } catch {
                FileHandle.standardError.write(Data("null server: \(error)\n".utf8))
            }
        }
    }

    private func serve(_ socket: LoopbackSocket) {
        var bytes: [UInt8] = []
        var scratch = [UInt8](repeating: 0, count: 64 << 10)
        do {
            while true {
                var scanner = HTTPScanner()
                var end = try scanner.scan(bytes)
                while end == nil {
                    guard try socket.receive(into: &bytes, using: &scratch) else { return }
                    end = try scanner.scan(bytes)
                }
                guard let end, let bodyStart = scanner.bodyStart else { return }
                try answer(Array(bytes[..<bodyStart]), Array(bytes[bodyStart..<end]), on: socket)
                bytes.removeSubrange(..<end)
            }
        } catch {
            return  // The client is gone, or was silent for long; it connects anew if it wants more.
        }
    }

    private func answer(_ head: [UInt8], _ body: [UInt8], on socket: LoopbackSocket) throws(BenchFailure) {
        let line = String(decoding: head.prefix { $0 != 13 }, as: UTF8.self).split(separator: " ")
        guard line.count == 3 else { throw BenchFailure("no HTTP request") }
        guard line[0] == "POST" else { return try socket.send(InstantAnswer.state(model: model)) }
        let parts = InstantAnswer.parts(path: String(line[1]), body: body)
        guard tokenInterval > 0, parts.count > 1 else { return try socket.send(Array(parts.joined())) }
        for part in parts {
            try socket.send(part)
            Thread.sleep(forTimeInterval: tokenInterval)
        }
    }
}
