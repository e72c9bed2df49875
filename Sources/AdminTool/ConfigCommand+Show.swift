internal import ArgumentParser
internal import DaemonKit
internal import Wire

extension ConfigCommand {
    /// `batonctl config show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show the settings in force, and where each comes from.",
            usage: "batonctl config show [WORKER] [--changed] [ROUTER OPTIONS]",
            discussion: """
                RELOAD says whether a new value in the file counts from `batonctl config reload` \
                on (live), or from the next start (restart). Secrets are not shown.
                """
        )

        @Argument(help: "Name of a worker; the router itself without one.")
        var worker: String?

        @Flag(help: "Leave out what is as it would be if nobody had said anything.")
        var changed = false

        @OptionGroup var format: OutputOptions

        @OptionGroup var options: RouterOptions

        func run() throws {
            var document = try options.withSession { session in
                try session.document(.config, ConfigDocument.self, argument: worker ?? "")
            }
            if changed { document.settings.removeAll(where: \.isDefault) }
            try format.show(document, Self.text(of: document))
        }

        static func text(of document: ConfigDocument) -> String {
            var table = TextTable(["KEY", "RELOAD", "SOURCE", "VALUE"])
            for setting in document.settings {
                table.add([
                    setting.key, setting.isLive ? "live" : "restart",
                    ConfigCommand.place(setting.source, file: document.file),
                    setting.isHidden ? "(not shown)" : setting.value,
                ])
            }
            let head = "\(document.process), started with \(document.file):"
            return head + "\n"
                + (document.settings.isEmpty ? "Everything is as it is by default." : table.text)
        }
    }
}
