<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology">
  <pipe>
    <provider>
      <resampling enabled="false" zoomedInResamplingMethod="nearestNeighbour" zoomedOutResamplingMethod="nearestNeighbour" maxOversampling="2"/>
    </provider>
    <rasterrenderer type="singlebandpseudocolor" band="1" opacity="1" alphaBand="-1" nodataColor="" classificationMin="-1" classificationMax="1">
      <rasterTransparency/>
      <minMaxOrigin>
        <limits>None</limits>
        <extent>WholeRaster</extent>
        <statAccuracy>Estimated</statAccuracy>
        <cumulativeCutLower>0.02</cumulativeCutLower>
        <cumulativeCutUpper>0.98</cumulativeCutUpper>
        <stdDevFactor>2</stdDevFactor>
      </minMaxOrigin>
      <rastershader>
        <colorrampshader colorRampType="INTERPOLATED" classificationMode="1" clip="0" labelPrecision="2" minimumValue="-1" maximumValue="1">
          <item value="-1" color="#093690" alpha="255" label="-1.00"/>
          <item value="-0.875" color="#0c53aa" alpha="255" label="-0.88"/>
          <item value="-0.75" color="#166fc4" alpha="255" label="-0.75"/>
          <item value="-0.625" color="#2c8bda" alpha="255" label="-0.62"/>
          <item value="-0.5" color="#4ba6e9" alpha="255" label="-0.50"/>
          <item value="-0.375" color="#70c0f4" alpha="255" label="-0.38"/>
          <item value="-0.25" color="#9ad6f9" alpha="255" label="-0.25"/>
          <item value="-0.125" color="#c7e9fb" alpha="255" label="-0.12"/>
          <item value="0" color="#f5f5f5" alpha="255" label="0.00"/>
          <item value="0.125" color="#fbdcc8" alpha="255" label="0.12"/>
          <item value="0.25" color="#f8bf9f" alpha="255" label="0.25"/>
          <item value="0.375" color="#efa079" alpha="255" label="0.38"/>
          <item value="0.5" color="#e18159" alpha="255" label="0.50"/>
          <item value="0.625" color="#ce613f" alpha="255" label="0.62"/>
          <item value="0.75" color="#b6432b" alpha="255" label="0.75"/>
          <item value="0.875" color="#9b251b" alpha="255" label="0.88"/>
          <item value="1" color="#7b0411" alpha="255" label="1.00"/>
          <rampLegendSettings useContinuousLegend="1" direction="0" orientation="2" prefix="" suffix="" minimumLabel="" maximumLabel="">
            <numericFormat id="basic">
              <Option type="Map">
                <Option name="decimals" type="int" value="2"/>
                <Option name="rounding_type" type="int" value="0"/>
                <Option name="show_plus" type="bool" value="false"/>
                <Option name="show_thousand_separator" type="bool" value="false"/>
                <Option name="show_trailing_zeros" type="bool" value="false"/>
              </Option>
            </numericFormat>
          </rampLegendSettings>
        </colorrampshader>
      </rastershader>
    </rasterrenderer>
    <brightnesscontrast brightness="0" contrast="0" gamma="1"/>
    <huesaturation saturation="0" grayscaleMode="0" colorizeOn="0"/>
    <rasterresampler maxOversampling="2" zoomedInResampler="bilinear"/>
    <resamplingStage>resamplingFilter</resamplingStage>
  </pipe>
  <blendMode>0</blendMode>
</qgis>
