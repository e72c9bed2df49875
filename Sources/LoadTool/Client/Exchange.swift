internal import NIOCore
internal import NIOHTTP1
internal import ServingTypes
internal import Workload

/// One request on its way and what has come back: turns the parts of an answer into an outcome.
///
/// Belongs to one event loop.
final class Exchange {
    private enum Form { case unknown, events, whole, refusal }

    /// Bytes of a refusal's body that are kept for its message.
    private static let refusalLimit = 4_096

    let request: OutgoingRequest
    private(set) var outcome: RequestOutcome
    /// Sent again after a kept connection turned out to be closed; once at most.
    var isRetried = false
    /// Where the loop keeps it among those in flight.
    var place = 0
    /// The connection that carries it; `nil` while there is none.
    var connection: ClientConnection?
    private(set) var answer: [UInt8]?
    private(set) var isOver = false

    private let origin: Timestamp
    private let sent: Timestamp
    private var lastRead: Timestamp?
    private var form = Form.unknown
    private var status = 0
    private var body = ByteBuffer()
    private var events = SSEParser()
    private var failure: ClientFailure?
    private var firstChoice: Timestamp?
    private var reportedTokens: Int?
    private var saysFinished = false

    init(_ request: OutgoingRequest, origin: Timestamp, sent: Timestamp) {
        self.request = request
        self.origin = origin
        self.sent = sent
        outcome = RequestOutcome(
            index: request.index,
            scheduled: request.due ?? sent - origin,
            promptTokens: request.promptTokens
        )
        outcome.requestID = request.requestID
        outcome.group = request.labels.group
        outcome.sent = sent - origin
        answer = request.next == nil ? nil : []
    }

    /// Whether the server's own count of output tokens came.
    var hasUsage: Bool { reportedTokens != nil }

    /// Whether anything has come back.
    var hasBytes: Bool { lastRead != nil }

    /// The limit that has passed, if one has.
    func passedLimit(_ limits: ClientLimits, now: Timestamp) -> ClientFailure? {
        if now - sent > limits.total { return .timedOut(.total, after: limits.total) }
        guard let lastRead else {
            return now - sent > limits.firstByte ? .timedOut(.firstByte, after: limits.firstByte) : nil
        }
        return now - lastRead > limits.idle ? .timedOut(.idle, after: limits.idle) : nil
    }

    /// Notes that bytes of the answer were read.
    func noteRead(at time: Timestamp) {
        if lastRead == nil { outcome.firstByte = time - origin }
        lastRead = time
    }

    func receive(_ head: HTTPResponseHead) {
        status = Int(head.status.code)
        outcome.status = status
        let kind = head.headers.first(name: "content-type") ?? ""
        if !(200..<300).contains(status) {
            form = .refusal
        } else {
            form = kind.lowercased().hasPrefix("text/event-stream") ? .events : .whole
        }
    }

    /// Takes bytes of the body that were read at `time`.
    ///
    /// - Returns: what makes the rest of the answer useless, if anything does.
    func receive(_ bytes: inout ByteBuffer, at time: Timestamp, limits: ClientLimits) -> ClientFailure? {
        switch form {
        case .events:
            let isSound = bytes.withUnsafeReadableBytes { view in
                events.feed(view) { self.take(event: $0, at: time) }
            }
            if !isSound { failure = failure ?? .tooLong(SSEParser.eventLimit) }
        case .whole:
            guard body.readableBytes + bytes.readableBytes <= limits.body else {
                return .tooLong(limits.body)
            }
            body.writeBuffer(&bytes)
        case .refusal, .unknown:
            if body.readableBytes < Self.refusalLimit { body.writeBuffer(&bytes) }
        }
        return failure
    }

    /// Settles the outcome after the last byte of the answer.
    func complete(at time: Timestamp) {
        switch form {
        case .refusal, .unknown: failure = .status(status, message: refusal)
        case .whole: readWhole(at: time)
        case .events: readEnd()
        }
        finish(at: time)
    }

    /// Settles the outcome of a request that did not get a whole answer.
    func fail(_ failure: ClientFailure, at time: Timestamp) {
        self.failure = failure
        finish(at: time)
    }

    private func finish(at time: Timestamp) {
        isOver = true
        connection = nil
        if let reportedTokens { outcome.outputTokens = reportedTokens }
        if failure == nil, outcome.chunks.isEmpty { failure = .empty }
        outcome.ended = time - origin
        outcome.failure = failure?.reason
        outcome.failureDetail = failure.map { String($0.description.prefix(RequestOutcome.detailLimit)) }
    }

    // MARK: Bodies

    private static let done = Array("[DONE]".utf8)

    private func take(event: UnsafeRawBufferPointer, at time: Timestamp) {
        guard failure == nil else { return }
        guard event.first != Self.done[0] || !event.elementsEqual(Self.done) else {
            return saysFinished = true
        }
        do {
            note(try AnswerChunk(event, text: &answer), at: time)
        } catch {
            failure = .badEvent(Self.excerpt(event))
        }
    }

    private func note(_ chunk: AnswerChunk, at time: Timestamp) {
        if let error = chunk.error { failure = .reported(error) }
        if chunk.hasChoice, firstChoice == nil { firstChoice = time }
        if chunk.isOutput { outcome.recordChunk(at: time - origin) }
        if chunk.isLast { saysFinished = true }
        noteUsage(chunk)
    }

    private func noteUsage(_ chunk: AnswerChunk) {
        if let tokens = chunk.outputTokens { reportedTokens = tokens }
        if let tokens = chunk.promptTokens { outcome.promptTokens = tokens }
        if let tokens = chunk.cachedTokens { outcome.cachedTokens = tokens }
    }

    /// An answer whose tokens are all without text still had a first one: the first event with a choice.
    private func readEnd() {
        guard failure == nil else { return }
        if !saysFinished || events.isInsideEvent {
            failure = .truncated(pieces: outcome.chunks.count)
        } else if outcome.chunks.isEmpty, let firstChoice, reportedTokens ?? 0 > 0 {
            outcome.recordChunk(at: firstChoice - origin)
        }
    }

    private func readWhole(at time: Timestamp) {
        body.withUnsafeReadableBytes { view in
            do {
                let chunk = try AnswerChunk(view, text: &answer)
                noteUsage(chunk)
                if let error = chunk.error {
                    failure = .reported(error)
                } else if !chunk.hasChoice {
                    failure = .badAnswer(Self.excerpt(view))
                } else if chunk.hasText || reportedTokens ?? 0 > 0 {
                    outcome.recordChunk(at: time - origin, tokens: max(1, reportedTokens ?? 1))
                }
            } catch {
                failure = .badAnswer(Self.excerpt(view))
            }
        }
    }

    /// The message of a refusal: the JSON error's own, or the start of the text.
    private var refusal: String {
        body.withUnsafeReadableBytes { view in
            var text: [UInt8]?
            return (try? AnswerChunk(view, text: &text))?.error ?? Self.excerpt(view)
        }
    }

    /// The start of some text on one line, for a message.
    private static func excerpt(_ bytes: UnsafeRawBufferPointer) -> String {
        let text = String(decoding: bytes.prefix(120), as: UTF8.self)
        return String(text.map { $0.isNewline ? " " : $0 })
    }
}
