import Testing

/// Imports point down the graph that `Package.swift` declares.
@Suite struct ImportTests {
    @Test func `the manifest is understood whole and covers every folder`() throws {
        let manifest = try Manifest(SourceTree.text("Package.swift"))
        #expect(manifest.unread.isEmpty, "Package.swift names \(manifest.unread.sorted()), bound nowhere")
        let declared = Set(manifest.targets.values.map(\.folder))
        let present = try ["Sources", "Tests"].flatMap { root in
            try SourceTree.folders(under: root).map { "\(root)/\($0)" }
        }
        let unbuilt = Set(present).subtracting(declared).sorted()
        #expect(unbuilt.isEmpty, "no target of Package.swift builds \(unbuilt)")
        let missing = declared.subtracting(present).sorted()
        #expect(missing.isEmpty, "Package.swift has targets without the folders \(missing)")
        let known = Set(manifest.targets.keys)
        let modules = Set(manifest.targets.values.flatMap(\.imports))
        // Nothing that a target depends on is misspelled: it is a target or a bound product.
        #expect(modules.subtracting(known).subtracting(manifest.products).isEmpty)
    }

    @Test func `every file imports only what its target declares`() throws {
        let manifest = try Manifest(SourceTree.text("Package.swift"))
        for (name, target) in manifest.targets.sorted(by: { $0.key < $1.key }) {
            let declared = target.imports.union(Imports.platform)
            let files = try SourceTree.swiftFiles(under: target.folder)
            let violations = try files.flatMap { try Imports.undeclared(in: $0, declared: declared) }
            #expect(violations.isEmpty, "\(name):\n\(violations.joined(separator: "\n"))")
        }
    }

    @Test func `C modules stay inside the target that imports them`() throws {
        let manifest = try Manifest(SourceTree.text("Package.swift"))
        let modules = Set(
            manifest.targets.filter { ["target", "systemLibrary"].contains($0.value.kind) }.keys
        )
        .filter { $0.hasPrefix("C") }
        #expect(!modules.isEmpty)
        for file in try SourceTree.swiftFiles(under: "Sources") {
            let open = try Imports.statements(in: file.code).filter {
                modules.contains($0.module) && !$0.isInternal
            }
            #expect(open.isEmpty, "\(file.path) imports \(open.map(\.module)): write internal import")
        }
    }

    @Test func `an executable only starts its library`() throws {
        let manifest = try Manifest(SourceTree.text("Package.swift"))
        let executables = manifest.targets.filter { $0.value.kind == "executable" }
        #expect(executables.count >= 4)
        for target in executables.values {
            for file in try SourceTree.swiftFiles(under: target.folder) {
                let count = file.source.split(separator: "\n", omittingEmptySubsequences: false).count - 1
                #expect(count <= 80, "\(file.path) has \(count) lines: move code into its library")
            }
        }
    }

    @Test func `imports are recognized in every form`() throws {
        let code = SwiftCode(
            """
            import A
            public import B
            @testable import C
            @_spi(Test) internal import D.Part
              import struct E.F
            // import G
            let text = "import H"
            important()
            """
        )
        let expected = [
            Imports.Statement(line: 1, isInternal: false, module: "A"),
            Imports.Statement(line: 2, isInternal: false, module: "B"),
            Imports.Statement(line: 3, isInternal: false, module: "C"),
            Imports.Statement(line: 4, isInternal: true, module: "D"),
            Imports.Statement(line: 5, isInternal: false, module: "E"),
        ]
        #expect(try Imports.statements(in: code) == expected)
        let file = SourceTree.File(path: "Made.swift", source: code.text, code: code)
        #expect(
            try Imports.undeclared(in: file, declared: ["A", "B", "C", "D"]).map { $0.prefix(14) } == [
                "Made.swift:5: "
            ]
        )
    }

    @Test func `the manifest's forms are read`() throws {
        let manifest = try Manifest(
            """
            let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
            let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "x")
            let kit: [Target.Dependency] = [
                "Wire", logging,  // "Comment"
            ]
            func library(_ name: String) -> Target { .target(name: name) }
            let package = Package(products: [.executable(name: "tool", targets: ["tool"])], targets: [
                library("Wire", ["CWire"], fast),
                library(
                    "Kit", kit + ["Base"]),
                executable("tool", ["Kit"]),
                tests("KitTests", ["Kit", missing], exclude: ["Golden"]),
                .systemLibrary(name: "CWire", pkgConfig: "wire"),
                .target(name: "Base", dependencies: ["Wire"], path: "Tests/Base"),
            ])
            """
        )
        let expected = [
            "Wire": Manifest.Target(kind: "library", folder: "Sources/Wire", imports: ["CWire"]),
            "Kit": .init(kind: "library", folder: "Sources/Kit", imports: ["Wire", "Logging", "Base"]),
            "tool": .init(kind: "executable", folder: "Sources/tool", imports: ["Kit", "ArgumentParser"]),
            "KitTests": .init(kind: "tests", folder: "Tests/KitTests", imports: ["Kit"]),
            "CWire": .init(kind: "systemLibrary", folder: "Sources/CWire", imports: []),
            "Base": .init(kind: "target", folder: "Tests/Base", imports: ["Wire"]),
        ]
        #expect(manifest.targets == expected)
        #expect(manifest.unread == ["missing"])
        #expect(manifest.products == ["Logging", "ArgumentParser"])
    }
}
