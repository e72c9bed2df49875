internal import ArgumentParser
internal import DaemonKit

/// `batonctl models`: what is served, and by whom.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Show what is served, and by whom.",
        usage: "batonctl models [-o json|yaml] [-w [SECONDS]]"
    )

    @OptionGroup var view: ViewOptions

    func run() throws {
        try view.show("models") { session in
            let models = try session.document(.models, ModelsDocument.self)
            return try Shown(models, Self.text(of: models))
        }
    }

    static func text(of models: ModelsDocument) -> String {
        models.models.map { text(of: $0) }.joined(separator: "\n\n")
    }

    private static func text(of model: ModelsDocument.Model) -> String {
        let names = model.aliases.isEmpty ? "" : " (also \(model.aliases.joined(separator: ", ")))"
        var facts = [
            ("context", "\(model.contextTokens) tokens"),
            ("vocabulary", "\(model.vocabularyTokens) tokens"),
            ("chat", model.hasChatTemplate ? "yes" : "no template that is known: completions only"),
            ("digest", model.digest),
        ]
        if let layout = model.kvLayout, let bytes = model.kvBytesPerToken {
            facts.append(("KV layout", layout))
            facts.append(("KV size", "\(Quantities.bytes(bytes)) per token"))
            facts.append(("KV room", "\(model.kvCapacityTokens) tokens in all workers"))
        }
        let workers = model.workers.joined(separator: ", ")
        facts.append(
            ("workers", model.workers.isEmpty ? "none is connected" : "\(model.workers.count): \(workers)")
        )
        let lines = facts.map { name, fact in
            let label = name + String(repeating: " ", count: 11 - name.count)
            return WrappedText.wrap(fact, after: "  \(label)")
        }
        return ([model.name + names] + lines).joined(separator: "\n")
    }
}
