module labctl.dev/images/pause

go 1.26
