internal import NIOCore
internal import Workload

/// One request, ready to be sent.
struct OutgoingRequest: Sendable {
    /// What the client does once the answer is there: the next turn of a conversation.
    ///
    /// - Parameters: the answer's text as it stands in JSON, and how long the run has lasted.
    typealias Continuation = @Sendable (_ answer: [UInt8], _ elapsed: Duration) -> OutgoingRequest?

    /// The request's place in the run.
    var index: Int
    /// When it should be sent, from the start of the run; `nil` for as soon as there is room.
    var due: Duration?
    /// The value of the header `X-Request-Id`.
    var requestID: String
    /// JSON.
    var body: ByteBuffer
    /// As planned: the server's own count replaces it.
    var promptTokens: Int
    /// Its group in reports, and headers that replace the run's own.
    var labels = RequestLabels()
    /// Makes the next request of the same conversation.
    var next: Continuation?
    /// Goes on in the place of its conversation's last request: the limit on requests in flight has counted it.
    var hasPlace = false
}
