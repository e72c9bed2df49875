internal import DaemonKit
internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

extension DocumentKind {
    /// Whether it is a process's settings desk that writes it.
    var isOfSettings: Bool {
        switch self {
        case .config, .reload: true
        case .cluster, .requests, .loads, .models, .pools: false
        }
    }
}

/// What operators ask about settings: the router's own, and those of its workers.
extension RouterNode {
    /// How long a worker may take: it reads files, and no engine is involved.
    static let settingsDeadline = Duration.seconds(4)

    /// Answers a question about settings, or passes it on to the worker that it is about.
    func askDesk(_ request: DocumentRequest, on link: ConnectionID) {
        guard request.argument.isEmpty || request.argument == settings.name else {
            passOn(request, on: link)
            return
        }
        guard let desk = desk.withLock({ $0 }) else {
            reply(.failure(ServingError(.noCapacity, "this router is still starting: ask again")), on: link)
            return
        }
        let answer: @Sendable (Result<String, ServingError>) -> Void = { [weak self] result in
            self?.reply(DocumentReply(result), on: link)
        }
        if request.kind == .reload { desk.reload(answer) } else { desk.config(answer) }
    }

    /// A worker has answered the oldest question that was passed on to it.
    func settingsAnswered(_ answer: DocumentReply, by worker: ConnectionID) {
        guard let link = state.withLock({ $0.settingsQuestions.answered(worker) }) else { return }
        reply(answer, on: link)
    }

    /// A link is gone: nobody answers on it any more, or nobody waits.
    func settingsLinkClosed(_ link: ConnectionID) {
        for waiting in state.withLock({ $0.settingsQuestions.closed(link) }) {
            reply(
                .failure(ServingError(.peerLost, "the worker's link closed before it answered")),
                on: waiting
            )
        }
    }

    private func passOn(_ request: DocumentRequest, on link: ConnectionID) {
        let name = request.argument
        let (worker, number) = state.withLock { state -> (ConnectionID?, UInt64?) in
            guard let ref = state.links.keys.first(where: { $0.id.rawValue == name }),
                let worker = state.links[ref]
            else { return (nil, nil) }
            return (worker, state.settingsQuestions.ask(worker, for: link))
        }
        guard let worker else {
            let message = "no worker \(name) is connected; see `batonctl status`"
            reply(.failure(ServingError(.badRequest, message)), on: link)
            return
        }
        guard let number else {
            let message = "\(SettingsQuestions.limit) questions wait for \(name) already: ask again later"
            reply(.failure(ServingError(.noCapacity, message)), on: link)
            return
        }
        hub.send(.documentRequest(DocumentRequest(request.kind)), on: worker)
        hub.schedule(after: Self.settingsDeadline) { [weak self] in
            self?.expire(number, at: worker, named: name)
        }
    }

    private func expire(_ number: UInt64, at worker: ConnectionID, named name: String) {
        guard let link = state.withLock({ $0.settingsQuestions.expired(number, at: worker) }) else { return }
        let message = "\(name) did not answer within \(Self.settingsDeadline)"
        reply(.failure(ServingError(.deadline, message)), on: link)
    }

    private func reply(_ reply: DocumentReply, on link: ConnectionID) {
        hub.send(.documentReply(reply), on: link)
    }
}
