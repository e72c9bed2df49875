internal import DaemonKit
internal import Dispatch
internal import Logging
internal import Observability
internal import Recording
internal import ServingTypes
internal import Settings

/// Decisions beyond the router's memory: writes them and looks them up, away from requests.
final class DecisionArchive: Sendable {
    private let store: DecisionStore
    private let writer: DecisionWriter
    private let logger: Logger
    /// Answers questions, one at a time.
    private let reading = DispatchQueue(label: "decision-archive")

    /// Opens the file of the settings; `nil` when they name none, or when it cannot be used: a router that
    /// can serve is worth more than one that can record, so that is only logged.
    init?(_ settings: RecordingSettings, metrics: RecordingMetrics, logger: Logger) {
        guard let path = settings.path else { return nil }
        self.logger = logger
        do throws(RecordingError) {
            store = try DecisionStore(path: path)
        } catch {
            Self.log(error, to: logger)
            return nil
        }
        metrics.isActive.set(1)
        writer = DecisionWriter(
            store: store,
            retention: DecisionRetention(maxRows: settings.maxRows, maxAge: settings.maxAge),
            unixMilliseconds: { WallClock.unixNanoseconds / 1_000_000 },
            onEvent: { Self.note($0, metrics, logger) }
        )
    }

    private static func note(_ event: DecisionWriter.Event, _ metrics: RecordingMetrics, _ logger: Logger) {
        switch event {
        case .written(let count): metrics.written.add(count)
        case .overflowed(let count): metrics.dropped[.queueFull].add(count)
        case .discarded(let count): metrics.dropped[.writeFailed].add(count)
        case .failed(let error, let lost):
            metrics.dropped[.writeFailed].add(lost)
            metrics.isActive.set(0)
            log(error, to: logger)
        }
    }

    private static func log(_ error: RecordingError, to logger: Logger) {
        logger.error("recording.off", metadata: ["reason": "\(error)"])
    }

    /// Hands a decision in; never waits.
    func add(_ make: @escaping @Sendable () -> DecisionDocument) { writer.add(make) }

    /// Writes what waits.
    func close() { writer.flush() }

    /// Looks for a request and passes on what is found, on another thread.
    func find(_ name: String, _ answer: @escaping @Sendable (DecisionDocument?) -> Void) {
        read(answer, otherwise: nil) { store throws(RecordingError) in try store.decision(named: name) }
    }

    /// The latest decisions, newest first.
    func latest(_ limit: Int) async -> [DecisionDocument] {
        await withCheckedContinuation { continuation in
            read({ continuation.resume(returning: $0) }, otherwise: []) { store throws(RecordingError) in
                try store.latest(limit)
            }
        }
    }

    private func read<Result: Sendable>(
        _ answer: @escaping @Sendable (Result) -> Void,
        otherwise: Result,
        _ body: @escaping @Sendable (DecisionStore) throws(RecordingError) -> Result
    ) {
        reading.async { [self] in
            // What was decided just now may still be on its way to the file.
            writer.flush()
            do throws(RecordingError) {
                answer(try body(store))
            } catch {
                logger.warning("recording.unreadable", metadata: ["reason": "\(error)"])
                answer(otherwise)
            }
        }
    }
}
