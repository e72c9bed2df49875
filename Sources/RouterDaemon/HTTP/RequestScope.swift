internal import NIOCore
internal import ServingTypes
internal import Transport

/// What one client request holds while it is answered; all of it is released when the scope is dropped.
final class RequestScope: Sendable {
    /// Where the request's events arrive.
    let inbox = RequestInbox()
    /// Limit of the whole request, from its arrival.
    let timeout: Duration
    /// The request's timeline, if it is traced.
    let trace: TracedRequest?
    private let permit: AdmissionGate.Permit
    private let connection: ClientConnection
    private let deadline: Scheduled<Void>

    /// Starts the deadline and the watch over the client.
    init(
        permit: AdmissionGate.Permit,
        connection: ClientConnection,
        eventLoop: any EventLoop,
        timeout: Duration,
        trace: TracedRequest? = nil
    ) {
        self.trace = trace
        self.permit = permit
        self.connection = connection
        self.timeout = timeout
        let inbox = inbox
        deadline = eventLoop.scheduleTask(in: .nanoseconds(timeout.nanoseconds)) {
            inbox.interrupt(.deadline)
        }
        connection.begin(inbox)
    }

    deinit {
        deadline.cancel()
        trace?.end(now: MonotonicClock.now)  // A stream whose client left before it began.
    }
}
