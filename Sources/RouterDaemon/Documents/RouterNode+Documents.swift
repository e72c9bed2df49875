internal import DaemonKit
internal import ServingCore
internal import ServingTypes
internal import Transport
internal import Wire

/// Documents about the cluster, for operators' tools and the admin listener.
///
/// What they are made of is copied under the state's lock; they are written after it.
extension RouterNode {
    /// Links that a document lists: with the longest names they stay below a message's limit.
    private static let maxListedLinks = 5_000
    /// How far back requests are summed up.
    private static let recentTime = Duration.seconds(60)
    /// Latest requests by which predictions are judged.
    private static let judgedRequests = 1_024

    /// Answers an operator's tool, from another thread.
    func write(_ request: DocumentRequest, on link: ConnectionID) {
        documents.async { [self] in
            hub.send(.documentReply(reply(to: request)), on: link)
        }
    }

    private func reply(to request: DocumentRequest) -> DocumentReply {
        do {
            let bytes = try bytes(of: request)
            guard bytes.count <= FrameHeader.payloadLimit else {
                let size =
                    "the document has \(bytes.count) bytes, a message takes \(FrameHeader.payloadLimit)"
                throw ServingError(.noCapacity, "\(size): ask the admin listener for it")
            }
            return .document(String(decoding: bytes, as: UTF8.self))
        } catch let error as ServingError {
            return .failure(error)
        } catch {
            return .failure(ServingError(.engine, "the document cannot be written as JSON: \(error)"))
        }
    }

    private func bytes(of request: DocumentRequest) throws -> [UInt8] {
        switch request.kind {
        case .cluster: try DocumentJSON.encode(clusterDocument())
        case .requests: try DocumentJSON.encode(requestsDocument(tenant: request.argument))
        case .loads: try DocumentJSON.encode(try loadsDocument(worker: request.argument))
        case .models: try DocumentJSON.encode(modelsDocument())
        case .pools: try DocumentJSON.encode(PoolsDocument(pools()))
        case .config, .reload:
            throw ServingError(.badRequest, "settings are asked for over the admin link: use batonctl config")
        }
    }

    // MARK: Cluster

    /// Workers, links and totals.
    func clusterDocument() -> ClusterDocument {
        let now = MonotonicClock.now
        var recent = RecentRequests()
        var document = ClusterDocument(
            router: settings.name,
            version: Version.text,
            uptimeS: (now - startedAt).inSeconds,
            model: model.name
        )
        let (workers, lost, counters) = state.withLock { state in
            document.requestsInFlight = state.choices.count
            document.requestsWaiting = state.core?.waitingCount ?? 0
            document.removed = state.removed.sorted().map(\.rawValue)
            state.records.forEachLatest { recent.take($0, now: now, within: Self.recentTime) }
            let workers = (state.core?.workers ?? []).map { worker in
                (worker, health(of: worker.registration.address.worker, state))
            }
            return (workers, state.lost.all(now: now), state.core?.counters ?? RouterCounters())
        }
        document.totals = ClusterDocument.Totals(counters)
        document.totals.promptTokens = metrics.promptTokens.value
        document.totals.outputTokens = metrics.generationTokens.value
        document.recent = recent.document(seconds: Self.recentTime.inSeconds)
        document.workers = workers.map { ClusterDocument.Worker($0, health: $1) }
        document.workers += lost.map { ClusterDocument.Worker($0, now: now) }
        document.workers.sort { $0.name < $1.name }
        document.linkCount = workers.reduce(0) { $0 + ($1.0.load?.paths.count ?? 0) }
        document.links = workers.flatMap { worker, _ in
            let shown = PathReport.shown(
                worker.load?.paths ?? [],
                limit: Self.maxListedLinks / max(1, workers.count)
            )
            return shown.map { ClusterDocument.Link(from: worker.registration.address.worker.id, $0) }
        }
        document.links.sort { ($0.from, $0.to) < ($1.from, $1.to) }
        return document
    }

    // MARK: Requests

    /// Requests in flight.
    ///
    /// - Parameter tenant: whose; empty for all.
    func requestsDocument(tenant: String, limit: Int = RequestsDocument.maxRequests) -> RequestsDocument {
        let now = MonotonicClock.now
        let (requests, total) = state.withLock { state -> ([(RequestProgress, RecordBook.Label?)], Int) in
            guard let core = state.core else { return ([], 0) }
            let records = state.records
            let found = core.oldest(limit) { request in
                tenant.isEmpty || records.label(of: request)?.tenant == tenant
            }
            return (found.requests.map { ($0, records.label(of: $0.request)) }, found.total)
        }
        return RequestsDocument(
            router: settings.name,
            total: total,
            limit: limit,
            requests: requests.map { RequestsDocument.Request($0, $1, now: now) }
        )
    }

    // MARK: Loads

    /// The newest load reports.
    ///
    /// - Parameter worker: whose; empty for all.
    func loadsDocument(worker name: String) throws(ServingError) -> LoadsDocument {
        let now = MonotonicClock.now
        var errors = TTFTErrors(limit: Self.judgedRequests)
        let workers = state.withLock { state in
            state.records.forEachLatest { errors.take($0) }
            return (state.core?.workers ?? []).map { worker in
                (worker, health(of: worker.registration.address.worker, state))
            }
        }
        let wanted = workers.filter {
            name.isEmpty || $0.0.registration.address.worker.id.rawValue == name
        }
        guard name.isEmpty || !wanted.isEmpty else {
            throw unknownWorker(WorkerID(rawValue: name))
        }
        return LoadsDocument(
            router: settings.name,
            workers: wanted.map { worker, health in
                let error = errors.document(of: worker.registration.address.worker.id)
                return LoadsDocument.Worker(worker, health: health, error: error, now: now)
            }
        )
    }

    // MARK: Models

    /// What is served, and by whom.
    func modelsDocument() -> ModelsDocument {
        let (workers, layout) = state.withLock { ($0.core?.workers ?? [], $0.layout) }
        let hasTemplate = if case .success = model.chatTemplate { true } else { false }
        var served = ModelsDocument.Model(
            name: model.name,
            aliases: model.aliases,
            contextTokens: model.contextTokens,
            vocabularyTokens: model.vocabularyTokens,
            hasChatTemplate: hasTemplate,
            digest: "\(settings.modelDigest)"
        )
        if let layout {
            served.kvLayout = layout.description
            served.kvBlockTokens = layout.blockTokens
            served.kvBytesPerToken = layout.tokenBytes
            served.kvCapacityTokens =
                layout.blockTokens * workers.reduce(0) { $0 + $1.registration.blockCount }
        }
        served.workers = workers.map(\.registration.address.worker.id.rawValue)
        return ModelsDocument(router: settings.name, models: [served])
    }
}
