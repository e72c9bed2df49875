internal import DaemonKit
internal import Logging
internal import NIOCore
internal import Observability
internal import ServiceLifecycle
internal import ServingTypes

/// Sends the spans of finished requests to a collector, batch by batch.
///
/// Spans are built and encoded here, away from requests. A batch that the collector cannot take now is tried
/// again, while the queue fills and then drops. At graceful shutdown what is left is sent, within a limit.
struct TraceExporter: Service {
    /// How batches are cut and repeated.
    struct Pace: Sendable {
        /// Requests that make a batch at once.
        var batch = 128
        /// Spans after which a batch takes no further request.
        var spans = 1_024
        /// Longest wait of a request for its batch to fill.
        var interval = Duration.seconds(1)
        /// Exports of one batch before it is dropped.
        var tries = 5
        /// Wait before the second try; each further one is twice as long, less up to a half at random.
        var backoff = Duration.seconds(1)
        /// The most of a collector's wish to wait that is granted.
        var longestWait = Duration.seconds(30)
        /// How long, at shutdown, records of ended requests are awaited.
        var settling = Duration.seconds(1)
    }

    let queue: TraceQueue
    let endpoint: CollectorEndpoint
    let document: OTLPDocument
    let metrics: TracingMetrics
    /// Limit of all that is done at shutdown.
    let flushLimit: Duration
    var pace = Pace()
    let logger: Logger

    /// Exports until shutdown.
    func run() async throws {
        let client = CollectorClient(endpoint)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await exportAll(by: client) }
            group.addTask { while await Shutdown.pause(pace.interval) { queue.wake() } }
            group.addTask { await finish() }
            // Whichever is first: everything is sent, or the time for that is over.
            await group.next()
            group.cancelAll()
        }
        queue.abandon()
        try await client.shutdown()
    }

    /// Waits for shutdown and lets the last requests end; then the queue may be emptied, until the limit.
    private func finish() async {
        do {
            try await Shutdown.requested()
        } catch {
            return  // Stopped at once: nothing is sent any more.
        }
        let start = ContinuousClock.now
        while queue.openCount > 0, start.duration(to: .now) < min(pace.settling, flushLimit / 2) {
            guard await Shutdown.pause(.milliseconds(10)) else { return }
        }
        queue.close()
        _ = await Shutdown.pause(flushLimit - start.duration(to: .now))
    }

    private func exportAll(by client: CollectorClient) async {
        var isFailing = false
        for await _ in queue.wakes { await drain(by: client, &isFailing) }
        await drain(by: client, &isFailing)
    }

    private func drain(by client: CollectorClient, _ isFailing: inout Bool) async {
        while !Task.isCancelled {
            var spans: [Span] = []
            var requestCount = 0
            while spans.count < pace.spans, requestCount < pace.batch, let timeline = queue.take(1).first {
                spans += timeline.spans
                requestCount += 1
            }
            guard requestCount > 0 else { return }
            settle(await reply(to: document.text(of: spans), client), requestCount, &isFailing)
        }
    }

    /// Counts a batch; logs when exports begin to fail and when they work again.
    private func settle(_ reply: CollectorReply, _ requestCount: Int, _ isFailing: inout Bool) {
        switch reply {
        case .taken(let rejected, let message):
            metrics.exported.add(requestCount)
            metrics.rejectedSpans.add(rejected)
            if rejected > 0 {
                logger.warning("traces.rejected", metadata: ["spans": "\(rejected)", "reason": "\(message)"])
            }
            if isFailing { logger.notice("traces.export_recovered") }
            isFailing = false
        case .busy(_, let reason), .refused(let reason):
            metrics.dropped[Task.isCancelled ? .shutdown : .exportFailed].add(requestCount)
            if !isFailing { logger.warning("traces.export_failed", metadata: ["reason": "\(reason)"]) }
            isFailing = true
        }
    }

    /// Sends a batch, several times if need be.
    private func reply(to body: ByteBuffer, _ client: CollectorClient) async -> CollectorReply {
        var backoff = pace.backoff
        for _ in 1..<pace.tries {
            let reply = await client.post(body)
            guard case .busy(let wish, _) = reply else { return reply }
            let pause = max(min(wish ?? .zero, pace.longestWait), backoff * Double.random(in: 0.5...1))
            guard await Shutdown.pause(pause) else { return reply }
            backoff *= 2
        }
        return await client.post(body)
    }
}

extension TraceExporter: CustomStringConvertible {
    /// Nothing of the headers: services are described in debug lines, and keys do not belong in logs.
    var description: String { "trace exporter" }
}
