import ServingTypes

/// What happens to a router, as the shell or the simulator tells it.
public enum RouterEvent: Sendable {
    /// A worker connected; an earlier connection or boot of the same name counts as lost.
    case registered(WorkerRegistration)
    /// A worker registered again on the same connection, with another role: it keeps what it had.
    case roleChanged(WorkerRegistration)
    /// What a worker's certificate allows it to be.
    case rolesPermitted(WorkerRef, Set<WorkerRole>)
    /// A worker takes or refuses an order to change its role.
    case roleAnswered(RoleAnswer, from: WorkerRef)
    /// An operator wants nothing new placed on workers of this name, or takes that back.
    case cordoned(WorkerID, Bool)
    /// A worker reports its state.
    case loaded(WorkerRef, LoadReport)
    /// The connection to a worker is gone, or its heartbeats stopped.
    case lost(WorkerRef)
    /// A client wants an answer.
    case submitted(Submission)
    /// A worker takes or refuses its part of an attempt.
    case answered(AssignmentAnswer, from: WorkerRef)
    /// A worker produced tokens.
    case tokens(TokenBatch, from: WorkerRef)
    /// A worker's part is over.
    case ended(WorkEnded, from: WorkerRef)
    /// The shell no longer wants the answer; nothing more is emitted for it.
    case cancelled(RequestID, CancelReason)
    /// Time passed: `nextDeadline` may have come.
    case ticked
}
