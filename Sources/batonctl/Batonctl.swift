internal import AdminTool

@main
enum Batonctl {
    static func main() { BatonControl.main() }
}
