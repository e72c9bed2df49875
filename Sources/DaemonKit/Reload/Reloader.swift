internal import Dispatch
public import Logging
public import Observability
public import ServiceLifecycle
public import ServingTypes
public import Settings
internal import Synchronization
internal import UnixSignals

/// Reads a daemon's settings and certificates again while it runs: at SIGHUP, when an operator asks, and certificates by
/// itself once their files have changed.
///
/// One reload at a time, on a queue of its own. A settings file with any problem changes nothing.
public final class Reloader<Value: ReloadableSettings>: Service, SettingsDesk {
    private struct State {
        var settings: LoadedSettings<Value>
        /// The files of each certificate as they were when they were last read here, whatever came of it: the first look
        /// reads them in any case, as they may have been replaced while the process was starting.
        var marks: [[FileMark?]]
    }

    private let process: String
    private let certificates: [any ReloadableCertificate]
    private let logs: LogControl
    private let logSettings: @Sendable (Value) -> LogSettings
    private let apply: @Sendable (Value) -> Void
    private let logger: Logger
    private let checkInterval: Duration
    private let queue = DispatchQueue(label: "reload")
    private let state: Mutex<State>

    /// Begins with what the process was started by.
    ///
    /// - Parameters:
    ///   - process: its name.
    ///   - certificates: all that it has.
    ///   - logs: where its log lines can be changed.
    ///   - logSettings: finds what is said of log lines.
    ///   - checkInterval: between two looks at the certificates' files.
    ///   - apply: lets the process run by other settings.
    public init(
        _ settings: LoadedSettings<Value>,
        process: String,
        certificates: [any ReloadableCertificate],
        logs: LogControl,
        logSettings: @escaping @Sendable (Value) -> LogSettings,
        checkInterval: Duration = .seconds(60),
        logger: Logger,
        apply: @escaping @Sendable (Value) -> Void
    ) {
        self.process = process
        self.certificates = certificates
        self.logs = logs
        self.logSettings = logSettings
        self.checkInterval = checkInterval
        self.logger = logger
        self.apply = apply
        state = Mutex(State(settings: settings, marks: certificates.map { _ in [] }))
    }

    /// Hears SIGHUP and looks at the certificates' files until shutdown.
    public func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sighup) {
                    self.queue.async { self.reloadNow() }
                }
            }
            group.addTask {
                while await Shutdown.pause(self.checkInterval) { self.queue.async { self.checkFiles() } }
            }
            group.addTask {
                do { try await Shutdown.requested() } catch { return }  // Told to stop at once: the same.
            }
            await group.next()
            group.cancelAll()
        }
    }

    // MARK: SettingsDesk

    /// See ``SettingsDesk``.
    public func config(_ answer: @escaping @Sendable (Result<String, ServingError>) -> Void) {
        queue.async { [self] in
            let settings = state.withLock { $0.settings }
            answer(Self.text(of: ConfigDocument(settings, process: process)))
        }
    }

    /// See ``SettingsDesk``.
    public func reload(_ answer: @escaping @Sendable (Result<String, ServingError>) -> Void) {
        queue.async { [self] in answer(Self.text(of: reloadNow())) }
    }

    private static func text(of document: some Encodable) -> Result<String, ServingError> {
        do {
            return .success(String(decoding: try DocumentJSON.encode(document), as: UTF8.self))
        } catch {
            return .failure(ServingError(.engine, "the answer cannot be written: \(error)"))
        }
    }

    // MARK: On the queue

    @discardableResult
    private func reloadNow() -> ReloadDocument {
        let before = state.withLock { $0.settings }
        var document = ReloadDocument(process: process, file: before.path)
        do throws(SettingsError) {
            let reload = try before.reloaded()
            state.withLock { $0.settings = reload.settings }
            apply(reload.settings.value)
            document.applied = reload.applied.map { ReloadDocument.Change($0) }
            document.needsRestart = reload.pending.map { ReloadDocument.Change($0) }
            logs.update(logSettings(reload.settings.value)) { log(reload) }
        } catch {
            for problem in error.problems {
                logger.error("settings.refused", metadata: ["problem": "\(problem)"])
            }
            document.problems = error.problems
            return document
        }
        for index in certificates.indices { document.certificates.append(read(index)) }
        return document
    }

    private func log(_ reload: SettingsReload<Value>) {
        var metadata: Logger.Metadata = ["file": "\(reload.settings.path)"]
        metadata["applied"] = "\(reload.applied.map(\.key).joined(separator: ","))"
        metadata["needs_restart"] = "\(reload.pending.map(\.key).joined(separator: ","))"
        logger.notice("settings.reloaded", metadata: metadata)
    }

    /// Reads the files of a certificate again.
    private func read(_ index: Int) -> ReloadDocument.Certificate {
        let certificate = certificates[index]
        // Looked at before they are read: what is written meanwhile is seen at the next look.
        let marks = certificate.marks
        state.withLock { $0.marks[index] = marks }
        let before = certificate.serial
        var failure: String?
        do { try certificate.reload() } catch { failure = "\(error)" }
        let isNew = certificate.serial != before
        var metadata: Logger.Metadata = [
            "use": "\(certificate.use)", "file": "\(certificate.certificatePath)",
            "serial": "\(certificate.serial)",
        ]
        if let failure {
            metadata["error"] = "\(failure)"
            logger.error("certificate.refused", metadata: metadata)
        } else if isNew {
            logger.notice("certificate.reloaded", metadata: metadata)
        }
        return ReloadDocument.Certificate(
            use: certificate.use,
            file: certificate.certificatePath,
            isNew: isNew,
            serial: certificate.serial,
            expiryUnixSeconds: certificate.expiryUnixSeconds,
            failure: failure
        )
    }

    /// Reads those certificates again whose files are no longer what they were.
    ///
    /// Key and certificate are two files: a look between their replacements fails, is logged, and the next one sees that
    /// they have changed again.
    private func checkFiles() {
        let known = state.withLock { $0.marks }
        for (index, certificate) in certificates.enumerated() where certificate.marks != known[index] {
            _ = read(index)
        }
    }
}

extension ReloadableCertificate {
    fileprivate var marks: [FileMark?] { paths.map { FileMark(path: $0) } }
}
