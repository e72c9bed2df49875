import ArgumentParser
import Foundation
import ServingTypes
import Testing
import Transport

@testable import AdminTool

/// The commands as an operator types them.
@Suite final class CommandTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
        .path

    deinit { _ = Result { try FileManager.default.removeItem(atPath: folder) } }

    private func run(_ words: String...) throws {
        var command = try BatonControl.parseAsRoot(words)
        try command.run()
    }

    /// The sentence an operator sees for words that do not work.
    private func complaint(_ words: String...) throws -> String {
        let error = try #require(throws: (any Error).self) {
            var command = try BatonControl.parseAsRoot(words)
            try command.run()
        }
        #expect(BatonControl.exitCode(for: error) != .success)
        return BatonControl.fullMessage(for: error)
    }

    @Test func `an authority is made once and issues certificates that say what was asked`() throws {
        try run("certs", "init", "--cluster", "lab", "--directory", folder)
        let authority = try CertificateInfo(path: "\(folder)/ca.pem")
        #expect(authority.isAuthority)
        #expect(
            try complaint("certs", "init", "--cluster", "lab", "--directory", folder).contains(
                "ca-key.pem exists"
            )
        )
        #expect(try CertificateInfo(path: "\(folder)/ca.pem") == authority, "it is untouched")

        try run(
            "certs",
            "issue",
            "--name",
            "p1",
            "--roles",
            "prefill,decode",
            "--directory",
            folder,
            "--days",
            "2"
        )
        let info = try CertificateInfo(path: "\(folder)/p1.pem")
        let identity = try PeerIdentity(cluster: "lab", name: "p1", roles: [.prefill, .decode])
        #expect(info.identity == .success(identity))
        #expect(info.issuer == authority.subject)
        let seconds = info.expiryUnixSeconds - Int64(Date().timeIntervalSince1970)
        #expect((86_400...2 * 86_400).contains(seconds))
        let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/p1-key.pem")[.posixPermissions]
        #expect(mode as? Int == 0o600)

        let again = ["certs", "issue", "--name", "p1", "--roles", "decode", "--directory", folder]
        #expect(throws: CertificateError.self) {
            var command = try BatonControl.parseAsRoot(again)
            try command.run()
        }
        var forced = try BatonControl.parseAsRoot(again + ["--force"])
        try forced.run()
        #expect(try CertificateInfo(path: "\(folder)/p1.pem").serial != info.serial)

        // A new authority makes the old certificates worthless, and does so only when told to.
        try run("certs", "init", "--cluster", "lab", "--directory", folder, "--force")
        #expect(try CertificateInfo(path: "\(folder)/ca.pem").serial != authority.serial)
    }

    @Test func `show says who, until when and from whom`() throws {
        try run("certs", "init", "--cluster", "lab", "--directory", folder)
        try run("certs", "issue", "--name", "r1", "--roles", "router", "--directory", folder)
        try run("certs", "show", "\(folder)/ca.pem", "\(folder)/r1.pem")
        let info = try CertificateInfo(path: "\(folder)/r1.pem")
        let lines = CertsCommand.Show.text(of: info, file: "r1.pem").split(separator: "\n")
        #expect(lines.first == "r1.pem")
        #expect(lines.dropFirst().first == "  identity  baton://lab/r1?roles=router")
        let words = lines.dropFirst().compactMap { $0.split(separator: " ").first }
        #expect(words == ["identity", "subject", "issuer", "serial", "expires"])
        let expiry = try #require(lines.last?.split(separator: " ").last)
        let date = try Date(String(expiry), strategy: .iso8601)
        #expect(Int64(date.timeIntervalSince1970) == info.expiryUnixSeconds)
        let authority = try CertificateInfo(path: "\(folder)/ca.pem")
        #expect(CertsCommand.Show.text(of: authority, file: "ca.pem").contains("identity  authority"))
        #expect(try complaint("certs", "show", "\(folder)/none.pem").contains("none.pem"))
    }

    @Test func `what cannot be issued is refused with the values that can`() throws {
        try run("certs", "init", "--cluster", "lab", "--directory", folder)
        let authority = try CertificateInfo(path: "\(folder)/ca.pem")
        let cases: [(words: [String], sentence: String)] = [
            (
                ["--name", "p1", "--roles", "prefill,cook"],
                "--roles has \"cook\"; use router, prefill, decode, admin, load"
            ),
            (["--name", "p1", "--roles", ""], "baton://lab/p1?roles="),
            (["--name", "../p1", "--roles", "prefill"], "baton://lab/../p1?roles=prefill"),
            (["--name", "P1", "--roles", "prefill"], "baton://lab/P1?roles=prefill"),
            (
                ["--name", "ca", "--roles", "admin", "--force"],
                "--name is ca, which names the authority's own files"
            ),
            (["--name", "p1", "--roles", "prefill", "--days", "0"], "lifetime is 0 days; use 1 to 36500"),
            (["--roles", "prefill"], "Missing expected argument '--name <name>'"),
        ]
        for (words, sentence) in cases {
            let error = try #require(throws: (any Error).self) {
                var command = try BatonControl.parseAsRoot(["certs", "issue", "--directory", folder] + words)
                try command.run()
            }
            let message = BatonControl.fullMessage(for: error)
            #expect(message.contains(sentence), "\(words): \(message)")
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["ca-key.pem", "ca.pem"]
        )
        #expect(try CertificateInfo(path: "\(folder)/ca.pem") == authority)
        #expect(
            try complaint("certs", "init", "--cluster", "My Lab", "--directory", folder, "--force")
                .contains("cluster name \"My Lab\" is not")
        )
        #expect(
            try complaint("certs", "issue", "--name", "a", "--roles", "admin", "--directory", "\(folder)/x")
                .contains("/x/ca.pem")
        )
    }

    @Test(arguments: ["localhost", "localhost:", ":7400", "host:0", "host:65536", "host:http", "[]:7400", ""])
    func `a router's address is checked before anything is opened`(address: String) throws {
        let error = try #require(throws: (any Error).self) {
            try BatonControl.parseAsRoot(["status", "--router", address])
        }
        #expect(BatonControl.exitCode(for: error) == .validationFailure)
        #expect(BatonControl.fullMessage(for: error).contains("--router is \(address); use HOST:PORT"))
    }

    @Test(arguments: ["0", "-1", "1e9", "nan"])
    func `a waiting time is positive and bounded`(seconds: String) throws {
        let error = try #require(throws: (any Error).self) {
            try BatonControl.parseAsRoot(["status", "--timeout=\(seconds)"])
        }
        #expect(BatonControl.exitCode(for: error) == .validationFailure)
    }

    @Test func `a router that is not there, or files that are not, are named`() throws {
        try run("certs", "init", "--cluster", "lab", "--directory", folder)
        #expect(try complaint("status", "--certs", folder).contains("admin.pem"))
        try run("certs", "issue", "--name", "admin", "--roles", "admin", "--directory", folder)
        for address in ["127.0.0.1:1", "[::1]:1"] {
            let host = address.dropLast(2)
            let message = try complaint("status", "--certs", folder, "--router", address)
            let bare = host.filter { $0 != "[" && $0 != "]" }
            #expect(message.contains("cannot talk to the router at \(bare):1: "), "\(message)")
        }
    }
}
