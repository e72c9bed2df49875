import Foundation

/// An answer that arrives as server-sent events.
final class AnswerStream {
    private let connection: HTTPConnection
    private var text: [UInt8] = []
    private var hasBegun = false
    private var isDone = false
    /// What has arrived.
    private(set) var answer = Answer()
    /// Events so far.
    private(set) var eventCount = 0

    /// An answer that was asked for on this connection.
    init(_ connection: HTTPConnection) { self.connection = connection }

    /// Waits for the next event and adds it to the answer; `false` after the last one.
    ///
    /// - Throws: ``ClusterError`` if the status is not 200, an event is an error, or `[DONE]` is missing.
    func next() throws -> Bool {
        guard !isDone else { return false }
        if !hasBegun { try begin() }
        guard let event = try nextEvent() else { throw ClusterError("the stream ended without [DONE]") }
        guard event != "[DONE]" else {
            isDone = true
            return false
        }
        do {
            answer.add(try JSONDecoder().decode(AnswerChunk.self, from: Data(event.utf8)))
        } catch {
            throw ClusterError("event \(eventCount) is no part of an answer: \(event): \(error)")
        }
        eventCount += 1
        return true
    }

    /// Waits until this many tokens of the first choice have arrived.
    func waitForTokens(_ count: Int) throws {
        while answer.only.tokens.count < count {
            guard try next() else { throw ClusterError("the stream ended before token \(count)") }
        }
    }

    /// Reads to the end.
    func finish() throws -> Answer {
        while try next() {}
        return answer
    }

    /// Goes away in the middle, as a killed client does.
    func abort() { connection.close() }

    private func begin() throws {
        hasBegun = true
        let head = try connection.readHead()
        guard head.status == 200 else {
            var body: [UInt8] = []
            while let part = try connection.readBodyPart() { body += part }
            throw ClusterError("stream: status \(head.status), \(String(decoding: body, as: UTF8.self))")
        }
    }

    private func nextEvent() throws -> String? {
        let end: [UInt8] = [10, 10]
        while true {
            if let range = text.firstRange(of: end) {
                let event = String(decoding: text[..<range.lowerBound], as: UTF8.self)
                text.removeSubrange(..<range.upperBound)
                let lines = event.split(separator: "\n").filter { $0.hasPrefix("data:") }
                guard !lines.isEmpty else { continue }
                return lines.map { $0.dropFirst(5).drop { $0 == " " } }.joined(separator: "\n")
            }
            guard let part = try connection.readBodyPart() else { return nil }
            text += part
        }
    }
}
