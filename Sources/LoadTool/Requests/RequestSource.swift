/// The requests of a run: each is made when it is asked for, on a thread that does nothing else.
protocol RequestSource: Sendable {
    /// Requests that arrive by themselves; a conversation's later turns are not among them.
    var count: Int { get }

    /// Requests that can come of them, later turns included.
    var total: Int { get }

    /// A request that arrives by itself.
    ///
    /// - Parameters:
    ///   - index: from 0 to ``count`` − 1.
    ///   - due: when it is sent, from the start of the run; `nil` for as soon as there is room.
    func request(at index: Int, due: Duration?) -> OutgoingRequest
}
