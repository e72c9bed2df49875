import Foundation
import Logging
import Observability
import ServingTypes
import Settings
import TestSupport
import Testing
import Transport

@testable import DaemonKit

/// Settings and certificates that are read again while a process runs.
@Suite struct ReloaderTests {
    /// A settings file, certificates, and what a process was told.
    private final class Bed: Sendable {
        let cluster: TestCertificates
        let identity: TLSIdentity
        let tls: TLSSettings
        let path: String
        let applied = Watched<[WorkerSettings]>([])
        let logs = LogControl(level: .info, format: .text)
        let reloader: Reloader<WorkerSettings>

        init(checkInterval: Duration = .seconds(60)) throws {
            cluster = try TestCertificates()
            tls = try cluster.issue("w1", roles: [.decode])
            identity = try TLSIdentity(settings: tls)
            path = cluster.path("w1.yaml")
            try Self.text(cluster, "").write(toFile: path, atomically: true, encoding: .utf8)
            let applied = applied
            reloader = Reloader(
                try WorkerSettings.load(path: path, overrides: ["heartbeat=1s"]),
                process: "w1",
                certificates: [identity],
                logs: logs,
                logSettings: { $0.log },
                checkInterval: checkInterval,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ) { settings in applied.update { $0.append(settings) } }
        }

        func write(_ lines: String) throws {
            try Self.text(cluster, lines).write(toFile: path, atomically: true, encoding: .utf8)
        }

        private static func text(_ cluster: TestCertificates, _ lines: String) -> String {
            """
            name: w1
            cluster: lab
            routers: ["127.0.0.1:7400"]
            tls: {ca: \(cluster.path("ca.pem")), certificate: w1.pem, key: w1-key.pem}
            engine: {model: tiny.gguf}

            """ + lines
        }

        func reload() throws -> ReloadDocument { try ask { $0.reload($1) } }

        func config() throws -> ConfigDocument { try ask { $0.config($1) } }

        private func ask<Document: Decodable>(
            _ question: (Reloader<WorkerSettings>, @escaping @Sendable (Result<String, ServingError>) -> Void)
                -> Void
        ) throws -> Document {
            let answer = Watched<Result<String, ServingError>?>(nil)
            question(reloader) { result in answer.update { $0 = result } }
            try #require(answer.wait { $0 != nil })
            let text = try #require(try answer.current?.get())
            return try DocumentJSON.decode(Document.self, from: text)
        }
    }

    @Test func `what can change does, what cannot is named, and both are told with their lines`() throws {
        let bed = try Bed()
        try bed.write("drain_timeout: 5s\nlog: {level: debug, format: json}\nsite: berlin\n")
        let document = try bed.reload()
        #expect(document.isSuccess && document.process == "w1" && document.file == bed.path)
        #expect(document.applied.map(\.key) == ["drain_timeout", "log.level", "log.format"])
        let change = try #require(document.applied.first)
        #expect(change.old == "1m" && change.new == "5s" && change.source == "\(bed.path):6")
        #expect(document.needsRestart.map(\.key) == ["site"])
        #expect(document.needsRestart.first?.reason == "routers were told it")
        #expect(bed.applied.current.map(\.drainTimeout) == [.seconds(5)])
        #expect(bed.applied.current.first?.site == nil && bed.applied.current.first?.heartbeat == .seconds(1))
        #expect(bed.logs.level == .debug && bed.logs.format == .json)
        let again = try bed.reload()
        #expect(again.applied.isEmpty && again.needsRestart.map(\.key) == ["site"])
        let shown = Dictionary(uniqueKeysWithValues: try bed.config().settings.map { ($0.key, $0) })
        #expect(shown["drain_timeout"]?.value == "5s" && shown["drain_timeout"]?.isLive == true)
        #expect(shown["heartbeat"]?.source == "command line" && shown["heartbeat"]?.isLive == false)
        #expect(shown["site"]?.value == "null" && shown["site"]?.isDefault == true)
    }

    @Test func `a file with any problem changes nothing, and every problem is told`() throws {
        let bed = try Bed()
        try bed.cluster.issue("w1", roles: [.decode])
        let serial = bed.identity.serial
        try bed.write("drain_timeout: 5s\nlog: {level: loud}\nscheduler: {stpe_tokens: 1}\n")
        let document = try bed.reload()
        #expect(!document.isSuccess && document.applied.isEmpty && document.certificates.isEmpty)
        #expect(document.problems.map { $0.hasPrefix("\(bed.path):") } == [true, true])
        #expect(document.problems.first?.contains(":7: log.level is loud; use ") == true)
        #expect(bed.applied.current.isEmpty && bed.logs.level == .info && bed.identity.serial == serial)
        try bed.write("")
        #expect(try bed.reload().isSuccess)
        #expect(bed.identity.serial != serial)
    }

    @Test func `a new certificate is used and told, an unusable one leaves the old in use`() throws {
        let bed = try Bed()
        let first = try #require(try bed.reload().certificates.first)
        #expect(first.use == "tls" && first.file == bed.tls.certificatePath && !first.isNew)
        #expect(
            first.serial == bed.identity.serial && first.expiryUnixSeconds == bed.identity.expiryUnixSeconds
        )
        try bed.cluster.issue("w1", roles: [.decode])
        let second = try #require(try bed.reload().certificates.first)
        #expect(second.isNew && second.serial != first.serial && second.serial == bed.identity.serial)
        try "nonsense".write(toFile: bed.tls.certificatePath, atomically: true, encoding: .utf8)
        let document = try bed.reload()
        let third = try #require(document.certificates.first)
        #expect(!document.isSuccess && third.failure?.contains(bed.tls.certificatePath) == true)
        #expect(third.serial == second.serial && bed.identity.serial == second.serial)
    }

    @Test func `files that are replaced are noticed without being told`() async throws {
        let bed = try Bed(checkInterval: .milliseconds(5))
        let serial = bed.identity.serial
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await bed.reloader.run() }
            // Key first, then the certificate: a look between them must not end the looking.
            try bed.cluster.issue("w1", roles: [.decode])
            try await Self.wait("the new certificate") { bed.identity.serial != serial }
            let second = bed.identity.serial
            try "nonsense".write(toFile: bed.tls.certificatePath, atomically: true, encoding: .utf8)
            try await Task.sleep(for: .milliseconds(20))
            #expect(bed.identity.serial == second)
            try bed.cluster.issue("w1", roles: [.decode])
            try await Self.wait("the third certificate") { bed.identity.serial != second }
            #expect(bed.applied.current.isEmpty, "settings are read only when that is asked for")
            group.cancelAll()
        }
    }

    private static func wait(_ what: String, until isTrue: () -> Bool) async throws {
        for _ in 0..<2_000 {
            if isTrue() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("\(what) did not come within 20 s")
    }
}
