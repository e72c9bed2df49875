internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import ServingTypes
internal import Workload

/// Why one request failed, with what there is to know.
enum ClientFailure: Error, Equatable, CustomStringConvertible {
    /// A time limit of the client.
    enum Limit: String, Equatable {
        case connect, firstByte = "first byte", idle, total
    }

    case refused(String)
    case notConnected(String)
    case secureConnection(String)
    case reset(afterBytes: Int)
    case closed(afterBytes: Int)
    case timedOut(Limit, after: Duration)
    case status(Int, message: String)
    case badHTTP(String)
    case badEvent(String)
    case badAnswer(String)
    case tooLong(Int)
    case reported(String)
    case truncated(pieces: Int)
    case empty
    case givenUp

    /// The word under which reports count it.
    var reason: FailureReason {
        switch self {
        case .refused, .notConnected, .secureConnection, .timedOut(.connect, _): .connectFailed
        case .reset, .closed: .connectionLost
        case .timedOut: .timeout
        case .status(let status, _): FailureReason(status: status) ?? .malformed
        case .badHTTP, .badEvent, .badAnswer, .tooLong: .malformed
        case .reported: .streamError
        case .truncated: .streamTruncated
        case .empty: .empty
        case .givenUp: .cancelled
        }
    }

    var description: String {
        switch self {
        case .refused(let text): "connection refused: \(text)"
        case .notConnected(let text): "cannot connect: \(text)"
        case .secureConnection(let text): "TLS: \(text)"
        case .reset(let bytes): "connection reset after \(bytes) bytes of the answer"
        case .closed(let bytes): "connection closed after \(bytes) bytes of the answer"
        case .timedOut(let limit, let after): "\(limit.rawValue) limit of \(after.inSeconds) s passed"
        case .status(let status, let message): "HTTP \(status)\(message.isEmpty ? "" : ": \(message)")"
        case .badHTTP(let text): "not HTTP/1.1: \(text)"
        case .badEvent(let text): "bad event in the stream: \(text)"
        case .badAnswer(let text): "the answer is not a JSON object with choices: \(text)"
        case .tooLong(let limit): "the answer has an event or body above \(limit) bytes"
        case .reported(let text): "the server reported: \(text)"
        case .truncated(let pieces): "the stream ended after \(pieces) pieces without finish_reason or [DONE]"
        case .empty: "the answer is complete and has no output"
        case .givenUp: "the run ended before the answer"
        }
    }

    /// What an error of the network means.
    init(_ error: any Error, received bytes: Int) {
        switch error {
        case let failure as ClientFailure: self = failure
        case let error as IOError where [ECONNRESET, EPIPE].contains(error.errnoCode):
            self = .reset(afterBytes: bytes)
        case let error as IOError: self = .notConnected("\(error)")
        case HTTPParserError.invalidEOFState: self = .closed(afterBytes: bytes)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: self = .secureConnection("\(error)")
        default: self = .badHTTP("\(error)")
        }
    }
}
