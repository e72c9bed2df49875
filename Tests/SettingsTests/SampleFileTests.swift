import Foundation
import Settings
import Testing

@Suite struct SampleFileTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "configs")

    @Test("router.yaml gives every key its default")
    func router() throws {
        let loaded = try RouterSettings.load(path: Self.folder.appending(path: "router.yaml").path)
        let given = loaded.value
        let defaults = RouterSettings(
            name: "router",
            cluster: "baton",
            tls: given.tls,
            vocabularyPath: given.model.vocabularyPath
        )
        #expect(given == defaults)
        #expect(given.model.vocabularyPath.hasSuffix("/models/baton-tiny-q8_0.gguf"))
        #expect(given.tls.privateKeyPath.hasSuffix("/certs/router-key.pem"))
        try expectComplete(loaded.effective, "router.yaml")
    }

    @Test("the workers' files give every key its default", arguments: [("prefill", 7481), ("decode", 7482)])
    func worker(role: String, adminPort: UInt16) throws {
        let name = "\(role)-worker.yaml"
        let loaded = try WorkerSettings.load(path: Self.folder.appending(path: name).path)
        let given = loaded.value
        var defaults = WorkerSettings(
            name: "\(role)-1",
            cluster: "baton",
            routers: [Endpoint(host: "127.0.0.1", port: 7400)],
            tls: given.tls
        )
        defaults.engine.modelPath = given.engine.modelPath
        defaults.adminListen = Endpoint(host: "127.0.0.1", port: adminPort)
        #expect(given == defaults)
        #expect(given.engine.modelPath?.hasSuffix("/models/baton-tiny-q8_0.gguf") == true)
        #expect(given.tls.certificatePath.hasSuffix("/certs/\(role)-1.pem"))
        try expectComplete(loaded.effective, name)
    }

    @Test("every profile loads")
    func profiles() throws {
        let folder = Self.folder.appending(path: "profiles").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".yaml")
        }
        #expect(!names.isEmpty)
        for name in names {
            let profile = try ProfileSettings.load(path: "\(folder)/\(name)").value
            #expect(profile.layerCount > 0 && profile.prefillTokenSeconds > 0, "\(name)")
        }
    }

    /// No key is left out, and each line with a key follows a comment or a line of its group.
    private func expectComplete(_ effective: [EffectiveSetting], _ name: String) throws {
        let unsaid = effective.filter { $0.source == .standard }.map(\.path)
        #expect(unsaid.isEmpty, "\(name) does not mention \(unsaid)")
        let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        let comments = text.split(separator: "\n").filter { $0.drop { $0 == " " }.hasPrefix("#") }
        #expect(comments.count > effective.count, "\(name) explains too little")
    }
}
