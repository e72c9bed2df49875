internal import ArgumentParser
internal import DaemonKit
internal import ServingTypes
internal import Wire

extension ConfigCommand {
    /// `batonctl config reload`.
    struct Reload: ParsableCommand {
        /// What came of asking one process.
        struct Outcome: Encodable {
            let process: String
            var document: ReloadDocument?
            /// Why there is no document.
            var failure: String?

            var isSuccess: Bool { document?.isSuccess ?? false }
        }

        static let configuration = CommandConfiguration(
            commandName: "reload",
            abstract: "Let processes read their settings and certificates again.",
            usage: "batonctl config reload [WORKER|--all] [ROUTER OPTIONS]",
            discussion: """
                Requests go on. A file with any problem changes nothing. What cannot change while \
                a process runs is named; it waits for the next start. Exit status 1 if anything \
                could not be read. SIGHUP does the same for one process.
                """
        )

        @Argument(help: "Name of a worker; the router itself without one.")
        var worker: String?

        @Flag(help: "The router and every worker that is registered.")
        var all = false

        @OptionGroup var format: OutputOptions

        @OptionGroup var options: RouterOptions

        func validate() throws {
            guard worker == nil || !all else {
                throw ValidationError("use a worker's name or --all, not both")
            }
        }

        func run() throws {
            let outcomes = try options.withSession { session in try reload(session) }
            try format.show(outcomes, Self.text(of: outcomes))
            guard outcomes.allSatisfy(\.isSuccess) else { throw ExitCode.failure }
        }

        private func reload(_ session: AdminSession) throws -> [Outcome] {
            guard all else {
                let document = try session.document(.reload, ReloadDocument.self, argument: worker ?? "")
                return [Outcome(process: document.process, document: document)]
            }
            let cluster = try session.document(.cluster, ClusterDocument.self)
            let workers = cluster.workers.filter { $0.state != .dead }.map(\.name)
            // The router last: a worker whose new certificate the old router refuses would be out of reach.
            return try (workers.map { Optional($0) } + [nil]).map { name in
                do {
                    let document = try session.document(.reload, ReloadDocument.self, argument: name ?? "")
                    return Outcome(process: document.process, document: document)
                } catch let error as ServingError {
                    return Outcome(process: name ?? cluster.router, failure: error.message)
                }
            }
        }

        static func text(of outcomes: [Outcome]) -> String {
            outcomes.map { outcome in
                outcome.document.map { text(of: $0) }
                    ?? WrappedText.wrap("\(outcome.process): \(outcome.failure ?? "no answer")", indent: 2)
            }.joined(separator: "\n\n")
        }

        static func text(of document: ReloadDocument) -> String {
            guard document.problems.isEmpty else {
                let problems = document.problems.map { WrappedText.wrap("- " + $0, indent: 2) }
                return
                    (["\(document.process): nothing has changed. Correct these and reload again:"] + problems)
                    .joined(separator: "\n")
            }
            var parts = [summary(of: document)]
            let changes = document.applied + document.needsRestart
            if !changes.isEmpty { parts.append(table(of: changes, file: document.file)) }
            for change in document.needsRestart {
                guard let reason = change.reason else { continue }
                parts.append(WrappedText.wrap("\(change.key) waits for a restart: \(reason).", indent: 2))
            }
            parts += document.certificates.map { text(of: $0) }
            return parts.joined(separator: "\n")
        }

        private static func summary(of document: ReloadDocument) -> String {
            let (now, later) = (document.applied.count, document.needsRestart.count)
            guard now + later > 0 else { return "\(document.process): the settings are as they were." }
            let changes = now == 1 ? "1 change is in force" : "\(now) changes are in force"
            guard later > 0 else { return "\(document.process): \(changes)." }
            return "\(document.process): \(changes), \(later) \(later == 1 ? "waits" : "wait") for a restart."
        }

        private static func table(of changes: [ReloadDocument.Change], file: String) -> String {
            var table = TextTable(["KEY", "SOURCE", "COUNTS", "BEFORE", "NEW"])
            for change in changes {
                table.add([
                    change.key, ConfigCommand.place(change.source, file: file),
                    change.reason == nil ? "now" : "later", change.old, change.new,
                ])
            }
            return table.text
        }

        private static func text(of certificate: ReloadDocument.Certificate) -> String {
            if let failure = certificate.failure {
                return WrappedText.wrap(
                    "\(certificate.use) certificate: NOT read, the old one stays in use: \(failure)",
                    indent: 2
                )
            }
            let days = (certificate.expiryUnixSeconds - Int64(WallClock.unixSeconds)) / 86_400
            let news = certificate.isNew ? "new for connections from now on" : "as it was"
            return "\(certificate.use) certificate: \(news), ends in \(days) \(days == 1 ? "day" : "days")"
        }
    }
}
