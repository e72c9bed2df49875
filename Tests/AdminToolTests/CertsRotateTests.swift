import ArgumentParser
import Foundation
import Testing
import Transport

@testable import AdminTool

/// `batonctl certs rotate` as an operator types it.
@Suite final class CertsRotateTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
        .path

    init() throws {
        try run("init", "--cluster", "lab", "--directory", folder)
        try issue("router", "router", days: 9)
        try issue("p1", "prefill,decode", days: 29)
        try issue("d1", "decode", days: 300)
    }

    deinit { _ = Result { try FileManager.default.removeItem(atPath: folder) } }

    private func run(_ words: String...) throws {
        var command = try BatonControl.parseAsRoot(["certs"] + words)
        try command.run()
    }

    private func rotate(_ words: String...) throws {
        var command = try BatonControl.parseAsRoot(["certs", "rotate", "--directory", folder] + words)
        try command.run()
    }

    private func complaint(_ words: String...) throws -> String {
        let error = try #require(throws: (any Error).self) {
            var command = try BatonControl.parseAsRoot(["certs", "rotate", "--directory", folder] + words)
            try command.run()
        }
        return BatonControl.fullMessage(for: error)
    }

    private func issue(_ name: String, _ roles: String, days: Int) throws {
        let words = ["--name", name, "--roles", roles, "--days", "\(days)", "--directory", folder]
        var command = try BatonControl.parseAsRoot(["certs", "issue"] + words)
        try command.run()
    }

    private func info(_ name: String) throws -> CertificateInfo {
        try CertificateInfo(path: "\(folder)/\(name).pem")
    }

    private func settings(_ name: String) -> TLSSettings {
        TLSSettings(
            authorityPath: "\(folder)/ca.pem",
            certificatePath: "\(folder)/\(name).pem",
            privateKeyPath: "\(folder)/\(name)-key.pem"
        )
    }

    @Test func `what ends soon is issued anew, with its name, roles and lifetime, and works`() throws {
        let before = try ["router", "p1", "d1"].map { try info($0) }
        try rotate()
        let after = try ["router", "p1", "d1"].map { try info($0) }
        for (old, new) in zip(before, after).prefix(2) {
            #expect(new.serial != old.serial && new.identity == old.identity && new.subject == old.subject)
            #expect(abs(new.expiryUnixSeconds - old.expiryUnixSeconds) < 60, "the lifetime is the same")
        }
        #expect(after[2] == before[2], "300 days are enough")
        for name in ["router", "p1", "d1"] {
            _ = try TLSIdentity(settings: settings(name))
            let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)-key.pem")[
                .posixPermissions
            ]
            #expect(mode as? Int == 0o600)
        }
        try rotate("--within", "400", "--days", "500")
        #expect(try info("d1").serial != before[2].serial)
        #expect(try info("d1").expiryUnixSeconds > before[2].expiryUnixSeconds + 190 * 86_400)
        // Nothing is left beside the files that were there.
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let names = ["ca", "d1", "p1", "router"].flatMap { ["\($0)-key.pem", "\($0).pem"] }
        #expect(files == names)
    }

    @Test func `one is renewed by name, and what is not there is named with what is`() throws {
        let before = try ["router", "p1", "d1"].map { try info($0).serial }
        try rotate("--name", "d1")
        let after = try ["router", "p1", "d1"].map { try info($0).serial }
        #expect(after.prefix(2) == before.prefix(2) && after[2] != before[2])
        #expect(try complaint("--name", "d9").contains("there are d1, p1, router"))
        #expect(try complaint("--all", "--finish").contains("one of --all, --name, --authority and --finish"))
    }

    @Test func `a new authority takes over in three steps, each of which serves all`() throws {
        let old = try info("ca").serial
        #expect(try complaint("--finish").contains("certs rotate --authority"))
        try rotate("--authority")
        let both = try CertificateInfo.all(path: "\(folder)/ca.pem")
        #expect(both.count == 2 && both[1].serial == old)
        for name in ["router", "p1", "d1"] { _ = try TLSIdentity(settings: settings(name)) }
        let refusal = try complaint("--finish")
        #expect(refusal.contains("d1, p1, router") && refusal.contains("certs rotate --all"))
        #expect(try complaint("--authority").contains("--finish"))
        try rotate("--all")
        try rotate("--finish")
        #expect(try CertificateInfo.all(path: "\(folder)/ca.pem").map(\.serial) == [both[0].serial])
        for name in ["router", "p1", "d1"] { _ = try TLSIdentity(settings: settings(name)) }
        try issue("d2", "decode", days: 3)
        _ = try TLSIdentity(settings: settings("d2"))
    }

    @Test func `what was done and comes next is told on lines of 80 columns`() throws {
        var report = RotationReport(.renewed)
        let row = RotationReport.Renewed(
            name: "router",
            roles: ["router"],
            file: "certs/router.pem",
            oldDaysLeft: 9,
            newDaysLeft: 365,
            oldSerial: "1",
            newSerial: "2"
        )
        (report.renewed, report.kept, report.withinDays) = ([row], ["d1"], 30)
        report.next = ["copy each NAME.pem and NAME-key.pem to its machine", "batonctl config reload --all"]
        let expected = """
            1 certificate renewed. 1 certificate kept.

            NAME    ROLES   DAYS LEFT  NOW  FILE
            router  router          9  365  certs/router.pem

            Next:
            1. copy each NAME.pem and NAME-key.pem to its machine
            2. batonctl config reload --all
            """
        #expect(report.text == expected)
        (report.renewed, report.next) = ([], [])
        #expect(report.text == "Nothing to renew: no certificate ends within 30 days. 1 certificate kept.")
        let info = try info("router")
        let end = info.expiryUnixSeconds
        let lives = [
            (end - 40 * 86_400, "in 40 days"), (end - 86_400, "in 1 day, renew it (batonctl certs rotate)"),
            (end, "EXPIRED, renew it (batonctl certs rotate)"),
        ]
        for (now, text) in lives { #expect(CertificateLife.text(info, unixSeconds: now) == text) }
        #expect(CertificateLife.days(info, unixSeconds: end + 1) == -1)
    }
}
