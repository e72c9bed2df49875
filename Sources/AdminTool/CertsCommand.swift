internal import ArgumentParser
internal import DaemonKit
internal import Foundation
internal import Transport

/// `batonctl certs`: the certificates by which processes know each other.
struct CertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certs",
        abstract: "Make, renew and show the certificates of a cluster.",
        subcommands: [Initialize.self, Issue.self, Rotate.self, Show.self]
    )

    struct Initialize: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "init",
            abstract: "Make the certificate authority of a new cluster."
        )

        @Option(help: "Name of the cluster: lower-case letters, digits, '.', '-' and '_'.")
        var cluster: String

        @Option(help: "Folder for ca.pem and ca-key.pem; made if missing.")
        var directory = "certs"

        @Option(help: "Lifetime in days.")
        var days = 3_650

        @Flag(help: "Replace an existing authority: all its certificates become worthless.")
        var force = false

        func run() throws {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let authority = try CertificateAuthority.create(cluster: cluster, days: days)
            try authority.exported().write(
                certificatePath: "\(directory)/ca.pem",
                privateKeyPath: "\(directory)/ca-key.pem",
                isOverwriting: force
            )
            print(
                "wrote \(directory)/ca.pem (give it to every process) and \(directory)/ca-key.pem (keep it)"
            )
        }
    }

    struct Issue: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "issue",
            abstract: "Issue the certificate of one process."
        )

        @Option(help: "Name of the process, unique in the cluster.")
        var name: String

        @Option(help: "Roles it may take, joined by commas: router, prefill, decode, admin, load.")
        var roles: String

        @Option(help: "Folder with ca.pem and ca-key.pem, and for the new files.")
        var directory = "certs"

        @Option(help: "Lifetime in days.")
        var days = 365

        @Flag(help: "Replace an existing certificate.")
        var force = false

        func run() throws {
            guard name != "ca" else {
                throw ValidationError("--name is ca, which names the authority's own files; use another name")
            }
            let authority = try CertificateAuthority.load(
                certificatePath: "\(directory)/ca.pem",
                privateKeyPath: "\(directory)/ca-key.pem"
            )
            let identity = try PeerIdentity(
                cluster: authority.cluster,
                name: name,
                roles: try Set(roles.split(separator: ",").map(role))
            )
            try authority.issue(identity, days: days).write(
                certificatePath: "\(directory)/\(name).pem",
                privateKeyPath: "\(directory)/\(name)-key.pem",
                isOverwriting: force
            )
            print("wrote \(directory)/\(name).pem and \(directory)/\(name)-key.pem for \(identity)")
        }

        private func role(_ text: Substring) throws -> PeerRole {
            guard let role = PeerRole(rawValue: String(text)) else {
                let known = PeerRole.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--roles has \"\(text)\"; use \(known)")
            }
            return role
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show what a certificate says."
        )

        @Argument(help: "PEM files.")
        var files: [String]

        @OptionGroup var format: OutputOptions

        func run() throws {
            let infos = try files.flatMap { file in
                try CertificateInfo.all(path: file).map { (file: file, info: $0) }
            }
            let documents = infos.map { CertificateDocument($0.info, file: $0.file) }
            let text = infos.map { Self.text(of: $0.info, file: $0.file) }.joined(separator: "\n")
            try format.show(documents, text)
        }

        /// - Parameter unixSeconds: the time of day.
        static func text(
            of info: CertificateInfo,
            file: String,
            unixSeconds: Int64 = Int64(WallClock.unixSeconds)
        ) -> String {
            let identity =
                switch info.identity {
                case .success(let identity): "\(identity)"
                case .failure(let error): info.isAuthority ? "authority" : "none: \(error)"
                }
            let expiry = Date(timeIntervalSince1970: TimeInterval(info.expiryUnixSeconds))
            return """
                \(file)
                  identity  \(identity)
                  subject   \(info.subject)
                  issuer    \(info.issuer)
                  serial    \(info.serial)
                  expires   \(CertificateLife.text(info, unixSeconds: unixSeconds)), \(expiry.ISO8601Format())
                """
        }
    }
}
