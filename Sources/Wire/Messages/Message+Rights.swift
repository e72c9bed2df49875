internal import ServingTypes

extension Message {
    /// Refuses a message that says more than its sender's certificate allows.
    ///
    /// To be called after ``MessageType/init(checking:from:)``, which looks at the type only: KV of a
    /// hand-off goes from a prefill role to a decode role, a cached prefix between any two workers.
    /// - Parameter sender: all roles that the peer's certificate allows it.
    /// - Throws: ``WireError/forbidden(_:sender:)`` or ``WireError/forbiddenHandOff(_:sender:allowed:)``.
    public func checkSender(_ sender: SenderRoles) throws(WireError) {
        guard !type.allowedSenders.isDisjoint(with: sender) else { throw .forbidden(type, sender: sender) }
        guard let allowed = handOffSenders, allowed.isDisjoint(with: sender) else { return }
        throw .forbiddenHandOff(type, sender: sender, allowed: allowed)
    }

    /// The role a message of a hand-off asks for; `nil` when it belongs to none or its type says enough.
    private var handOffSenders: SenderRoles? {
        switch self {
        case .offer(let offer): offer.transfer.kind == .handOff ? .prefill : nil
        case .chunks(let chunks): chunks.first?.transfer.kind == .handOff ? .prefill : nil
        case .held(let held): held.transfer.kind == .handOff ? .decode : nil
        case .verified(let transfer): transfer.kind == .handOff ? .decode : nil
        case .resend(let resend): resend.transfer.kind == .handOff ? .decode : nil
        case .hello, .register, .registered, .load, .loadResync, .heartbeat, .drain, .undrain, .drainStatus,
            .failure, .assign, .answer, .tokens, .ended, .cancel, .preempt, .handOff, .abort, .fetch, .probe,
            .probed, .drainRequest, .drainReply, .requestQuery, .decision,
            .setRole, .roleAnswer, .roleRequest, .roleReply, .flushCache, .cacheFlushed, .documentRequest,
            .documentReply, .workerOrder, .workerOrderReply:
            nil
        }
    }
}
