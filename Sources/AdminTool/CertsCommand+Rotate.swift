internal import ArgumentParser
internal import DaemonKit
internal import Foundation
internal import Transport

extension CertsCommand {
    /// `batonctl certs rotate`: new certificates in place of old ones, and a new authority in place of the old.
    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate",
            abstract: "Renew certificates that end soon, or the authority itself.",
            usage: "batonctl certs rotate [--all|--name NAME|--authority|--finish] [OPTIONS]",
            discussion: """
                Each certificate keeps its name, roles, kind of key and lifetime. A new authority \
                takes three steps: --authority (then copy ca.pem everywhere), --all (then copy \
                the certificates), --finish (then copy ca.pem again).
                """
        )

        @Option(help: "Folder with ca.pem, ca-key.pem and the certificates.")
        var directory = "certs"

        @Option(help: "Renew what ends within so many days.")
        var within = CertificateLife.warningDays

        @Flag(help: "Renew every certificate.")
        var all = false

        @Option(help: "Renew this process's certificate. May be repeated.")
        var name: [String] = []

        @Option(help: "Lifetime in days; as before unless given.")
        var days: Int?

        @Flag(help: "Make a new authority; ca.pem then trusts both.")
        var authority = false

        @Flag(help: "Trust the old authority no longer.")
        var finish = false

        @OptionGroup var format: OutputOptions

        private var folder: CertificateFolder { CertificateFolder(path: directory) }

        func validate() throws {
            let wishes = [all, !name.isEmpty, authority, finish].count { $0 }
            guard wishes <= 1 else {
                throw ValidationError("use one of --all, --name, --authority and --finish at a time")
            }
            guard (0...36_500).contains(within) else {
                throw ValidationError("--within is \(within); use 0 to 36500 days")
            }
        }

        func run() throws {
            let report = authority ? try succeed() : finish ? try end() : try renew()
            try format.show(report, report.text)
        }

        private func succeed() throws -> RotationReport {
            try CertificateAuthority.succeed(
                certificatePath: folder.authorityPath,
                privateKeyPath: folder.authorityKeyPath,
                days: days ?? 3_650
            )
            var report = RotationReport(.authorityMade)
            report.authorities = try CertificateInfo.all(path: folder.authorityPath).map(\.serial)
            report.next = [
                "copy \(folder.authorityPath) to every machine, and reload every process:"
                    + " batonctl config reload --all",
                "batonctl certs rotate --all --directory \(directory)",
            ]
            return report
        }

        private func end() throws -> RotationReport {
            let authority = try loadAuthority()
            let behind = try folder.entries(of: authority.cluster).filter {
                try !authority.hasIssued(certificatePath: $0.certificatePath)
            }
            guard behind.isEmpty else {
                let names = behind.map(\.identity.name).joined(separator: ", ")
                throw RotationRefusal(
                    "certificates of the old authority are left: \(names). Renew them first: "
                        + "batonctl certs rotate --all --directory \(directory)"
                )
            }
            try CertificateAuthority.endSuccession(
                certificatePath: folder.authorityPath,
                privateKeyPath: folder.authorityKeyPath
            )
            var report = RotationReport(.authorityEnded)
            report.authorities = try CertificateInfo.all(path: folder.authorityPath).map(\.serial)
            report.next = [
                "copy \(folder.authorityPath) to every machine, and reload every process:"
                    + " batonctl config reload --all"
            ]
            return report
        }

        private func renew() throws -> RotationReport {
            let authority = try loadAuthority()
            let now = Int64(WallClock.unixSeconds)
            let entries = try folder.entries(of: authority.cluster)
            let unknown = name.filter { name in !entries.contains { $0.identity.name == name } }
            guard unknown.isEmpty else {
                let known = entries.map(\.identity.name).joined(separator: ", ")
                throw RotationRefusal(
                    "no certificate of \(unknown.joined(separator: ", ")) with its key is in \(directory); "
                        + "there are \(known.isEmpty ? "none" : known)"
                )
            }
            var report = RotationReport(.renewed)
            report.withinDays = all || !name.isEmpty ? nil : within
            for entry in entries {
                let left = CertificateLife.days(entry.info, unixSeconds: now)
                guard all || name.contains(entry.identity.name) || (name.isEmpty && left < within) else {
                    report.kept.append(entry.identity.name)
                    continue
                }
                report.renewed.append(try renew(entry, by: authority, daysLeft: left, now: now))
            }
            guard !report.renewed.isEmpty else { return report }
            report.next = [
                "copy each NAME.pem and NAME-key.pem to its machine; a process reads them within a minute, "
                    + "or at once: batonctl config reload --all"
            ]
            if try CertificateInfo.all(path: folder.authorityPath).count > 1, all {
                report.next.append("batonctl certs rotate --finish --directory \(directory)")
            }
            return report
        }

        private func renew(
            _ entry: CertificateFolder.Entry,
            by authority: CertificateAuthority,
            daysLeft: Int,
            now: Int64
        ) throws -> RotationReport.Renewed {
            let issued = try authority.reissue(
                entry.identity,
                days: days ?? entry.lifetimeDays,
                privateKeyPath: entry.privateKeyPath
            )
            try issued.write(
                certificatePath: entry.certificatePath,
                privateKeyPath: entry.privateKeyPath,
                isOverwriting: true
            )
            let info = try CertificateInfo(path: entry.certificatePath)
            return RotationReport.Renewed(
                name: entry.identity.name,
                roles: entry.identity.roles.map(\.rawValue).sorted(),
                file: entry.certificatePath,
                oldDaysLeft: daysLeft,
                newDaysLeft: CertificateLife.days(info, unixSeconds: now),
                oldSerial: entry.info.serial,
                newSerial: info.serial
            )
        }

        private func loadAuthority() throws -> CertificateAuthority {
            try CertificateAuthority.load(
                certificatePath: folder.authorityPath,
                privateKeyPath: folder.authorityKeyPath
            )
        }
    }
}
