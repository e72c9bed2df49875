internal import Foundation

/// Runs plain C transfers beside a rig, over the same network and with certificates of the same authority.
struct LimitRunner {
    /// Which transfer.
    enum Kind {
        case tls(hasChecksum: Bool)
        case plain
    }

    private static let patience = 180.0
    private static let pingIntervalMicroseconds = 4_000

    private let rig: TransferRig
    private let options: KVOptions

    /// Issues certificates for both ends.
    init(rig: TransferRig, options: KVOptions) throws {
        self.rig = rig
        self.options = options
        _ = try rig.folder.issue("limit-sender", roles: [.prefill])
        _ = try rig.folder.issue("limit-receiver", roles: [.decode])
    }

    /// Moves as many bytes as a measurement of the workers does.
    func measure(_ kind: Kind) throws -> KVRounds.Sample {
        let (sender, receiver) = try transfer(kind, bytes: options.transferCount * options.transferBytes)
        let gib = Double(sender.bytes) / Double(1 << 30)
        return KVRounds.Sample(
            gibPerSecond: gib / sender.seconds,
            senderSecondsPerGiB: sender.processorSeconds / gib,
            receiverSecondsPerGiB: receiver.processorSeconds / gib
        )
    }

    /// Round trips in milliseconds, during an encrypted and checked transfer.
    func pings() throws -> [Double] {
        let bytes = options.transferCount * options.transferBytes
        return try transfer(.tls(hasChecksum: true), bytes: bytes, isPinging: true).sender.pings
    }

    private func transfer(
        _ kind: Kind,
        bytes: Int,
        isPinging: Bool = false
    ) throws -> (sender: LimitProcess.Outcome, receiver: LimitProcess.Outcome) {
        var settings = settings(kind, bytes: bytes, isPinging: isPinging)
        // The network of a process ends some time after it: its place is not used again.
        let hosts = (sender: rig.network.newHost(.sending), receiver: rig.network.newHost(.receiving))
        settings.host = hosts.receiver.address
        // As much memory as the workers go through: what a transfer is read from, and the pool that it lands in.
        settings.arenaBytes = share(of: options.blockCount * KVOptions.profile.blockBytes)
        let receiver = try launch("limit-receive", settings, "limit-receiver", on: hosts.receiver)
        try Polling.until("the plain receiver listens") {
            guard receiver.isRunning else { throw BenchFailure("the plain receiver ended: \(receiver.tail)") }
            guard let line = receiver.output.split(separator: "\n").first, line.hasPrefix("port "),
                let port = UInt16(line.dropFirst(5))
            else { return false }
            settings.port = port
            return true
        }
        settings.arenaBytes = share(of: options.transferBytes)
        let sender = try launch("limit-send", settings, "limit-sender", on: hosts.sender)
        return (try finish(sender), try finish(receiver))
    }

    private func settings(_ kind: Kind, bytes: Int, isPinging: Bool) -> LimitProcess.Settings {
        var settings = LimitProcess.Settings(
            host: "",
            port: 0,
            connections: options.lanes,
            bytesPerConnection: share(of: bytes),
            chunkBytes: options.chunkBytes,
            arenaBytes: options.chunkBytes,
            usesTLS: true,
            usesChecksum: false,
            pingInterval: isPinging ? Self.pingIntervalMicroseconds : 0,
            authorityPath: rig.folder.path("ca.pem"),
            certificatePath: "",
            privateKeyPath: ""
        )
        switch kind {
        case .tls(let hasChecksum): settings.usesChecksum = hasChecksum
        case .plain: settings.usesTLS = false
        }
        return settings
    }

    /// One connection's part of some memory, in whole chunks.
    private func share(of bytes: Int) -> Int {
        max(1, bytes / options.lanes / options.chunkBytes) * options.chunkBytes
    }

    private func launch(
        _ command: String,
        _ settings: LimitProcess.Settings,
        _ name: String,
        on host: BenchHost
    ) throws -> BenchProcess {
        var settings = settings
        settings.certificatePath = rig.folder.path("\(name).pem")
        settings.privateKeyPath = rig.folder.path("\(name)-key.pem")
        return try rig.launch(name, [Programs.own, command, try ReportText.json(settings)], on: host)
    }

    private func finish(_ process: BenchProcess) throws -> LimitProcess.Outcome {
        try process.finish(limit: Self.patience)
        let line = process.output.split(separator: "\n").last ?? ""
        try rig.retire(process)
        return try JSONDecoder().decode(LimitProcess.Outcome.self, from: Data(line.utf8))
    }
}
