internal import AsyncHTTPClient
internal import DaemonKit
internal import Glibc
internal import NIOCore
internal import NIOHTTP1

/// Posts documents to an OTLP/HTTP collector.
struct CollectorClient: Sendable {
    /// Most bytes of an answer that are read.
    private static let answerLimit = 64 << 10
    /// Answers after which the protocol asks to try again.
    private static let busyStatuses: Set<UInt> = [429, 502, 503, 504]

    private let endpoint: CollectorEndpoint
    private let client: HTTPClient

    /// Opens nothing yet; to be ended by ``shutdown()``.
    init(_ endpoint: CollectorEndpoint) {
        self.endpoint = endpoint
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: endpoint.client)
    }

    /// Posts one document; every failure is a reply.
    func post(_ document: ByteBuffer) async -> CollectorReply {
        var request = HTTPClientRequest(url: endpoint.url)
        request.method = .POST
        request.headers = endpoint.headers
        request.body = .bytes(document)
        do {
            let response = try await client.execute(request, timeout: endpoint.timeout)
            let status = response.status.code
            let body = try await response.body.collect(upTo: Self.answerLimit)
            switch status {
            case 200..<300: return Self.taken(body)
            case _ where Self.busyStatuses.contains(status):
                let wait = response.headers.first(name: "Retry-After").flatMap { Self.wait($0) }
                return .busy(retryAfter: wait, reason: "status \(status)")
            default: return .refused(reason: "status \(status): \(Self.excerpt(body))")
            }
        } catch {
            return .busy(retryAfter: nil, reason: "\(error)")
        }
    }

    /// Closes its connections.
    func shutdown() async throws { try await client.shutdown() }

    /// `{"partialSuccess":{"rejectedSpans":"2","errorMessage":"…"}}`, or anything else for all.
    private static func taken(_ body: ByteBuffer) -> CollectorReply {
        let document = body.withUnsafeReadableBytes { bytes in
            Result { () throws(JSONParseError) in try JSONParser.parse(bytes) }
        }
        guard case .success(.object(let members)) = document,
            case .object(let partial)? = members["partialSuccess"]
        else { return .taken(rejectedSpans: 0, message: "") }
        var message = ""
        if case .string(let text)? = partial["errorMessage"] { message = String(text.prefix(200)) }
        switch partial["rejectedSpans"] {
        case .string(let digits)?: return .taken(rejectedSpans: max(0, Int(digits) ?? 0), message: message)
        case .integer(let count)?: return .taken(rejectedSpans: max(0, count), message: message)
        default: return .taken(rejectedSpans: 0, message: message)
        }
    }

    private static func excerpt(_ body: ByteBuffer) -> String {
        String(decoding: body.readableBytesView.prefix(200), as: UTF8.self)
    }

    /// `Retry-After` as seconds or as a date; `nil` for anything else.
    ///
    /// - Parameter now: the time of day, in seconds since 1970.
    static func wait(_ text: String, now: Int = WallClock.unixSeconds) -> Duration? {
        if let seconds = Int32(text) { return seconds >= 0 ? .seconds(Int64(seconds)) : nil }
        return unixSeconds(ofDate: text).map { .seconds(max(0, $0 - now)) }
    }

    /// Reads a date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func unixSeconds(ofDate text: String) -> Int? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int32(parts[1]), (1...31).contains(day),
            let month = months.firstIndex(of: String(parts[2])), let year = Int32(parts[3]),
            (1970...9999).contains(year)
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int32($0) }
        guard clock.count == 3, clock.allSatisfy({ (0...60).contains($0) }) else { return nil }
        var date = tm()
        (date.tm_year, date.tm_mon, date.tm_mday) = (year - 1900, Int32(month), day)
        (date.tm_hour, date.tm_min, date.tm_sec) = (clock[0], clock[1], clock[2])
        return timegm(&date)
    }
}
