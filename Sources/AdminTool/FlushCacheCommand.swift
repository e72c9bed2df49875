internal import ArgumentParser
internal import DaemonKit
internal import ServingTypes
internal import Wire

/// `batonctl flush-cache`: workers drop cached KV that nobody holds.
struct FlushCacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flush-cache",
        abstract: "Let workers drop cached KV that nobody uses.",
        usage: "batonctl flush-cache (<worker>... | --all) [ROUTER OPTIONS]",
        discussion: """
            Running requests keep their KV. Later ones compute their prompts again, until the \
            cache has filled anew.
            """
    )

    @Argument(help: "Names of workers.")
    var workers: [String] = []

    @Flag(help: "Every connected worker.")
    var all = false

    @OptionGroup var form: OutputOptions
    @OptionGroup var options: RouterOptions

    func validate() throws {
        guard workers.isEmpty == all else {
            throw ValidationError(
                all ? "use --all without names" : "name workers, or use --all for every connected one"
            )
        }
    }

    func run() throws {
        let replies = try options.withSession { session in
            let names = all ? try connected(session) : workers
            return try names.map { try session.order(.flushCache, worker: $0) }
        }
        try form.show(replies.map { WorkerOrderDocument($0) }, Self.text(of: replies))
    }

    private func connected(_ session: AdminSession) throws -> [String] {
        let cluster = try session.document(.cluster, ClusterDocument.self)
        return cluster.workers.filter { $0.state != .dead }.map(\.name)
    }

    static func text(of replies: [WorkerOrderReply]) -> String {
        guard !replies.isEmpty else { return "No worker is connected." }
        return replies.map { reply in
            let flush = reply.flushed ?? CacheFlush(droppedBlocks: 0, keptBlocks: 0)
            return "\(reply.worker) dropped \(flush.droppedBlocks) KV blocks, kept \(flush.keptBlocks) in use"
        }.joined(separator: "\n")
    }
}
